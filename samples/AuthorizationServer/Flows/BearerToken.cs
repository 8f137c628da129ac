using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows;

/// <summary>Reads the access token of a request: a bearer's, or one that is bound to a DPoP key.</summary>
internal sealed class BearerToken(AccessTokenVerifier verifier)
{
    /// <summary>The access token, or the response if there is no valid one. Read it once per request, because a proof works only once.</summary>
    public async ValueTask<(ValidatedAccessToken? Token, IResult? Refusal)> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<AccessTokenVerification>() is not { } verification)
        {
            verification = await verifier.VerifyAsync(context, context.RequestAborted);
            context.Features.Set(verification);
        }

        return verification is AccessTokenVerification.Accepted accepted
            ? (accepted.Token, null)
            : (null, (AccessTokenVerification.Rejected)verification);
    }

    public static IResult Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = """Bearer error="invalid_token" """.TrimEnd();
        return Results.Json(new { error = "invalid_token" }, statusCode: StatusCodes.Status401Unauthorized);
    }

    public static IResult Forbidden(HttpContext context, string scope)
    {
        context.Response.Headers.WWWAuthenticate = $"""Bearer error="insufficient_scope", scope="{scope}" """.TrimEnd();
        return Results.Json(new { error = "insufficient_scope" }, statusCode: StatusCodes.Status403Forbidden);
    }
}
