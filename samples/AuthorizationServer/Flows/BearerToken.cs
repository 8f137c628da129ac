using RefreshTokenRotation;

namespace AuthorizationServer.Flows;

/// <summary>Reads the access token of a request (RFC 6750).</summary>
internal sealed class BearerToken(IAccessTokenIssuer issuer)
{
    /// <summary>What the access token says; null if there is none that is valid. It is read once a request.</summary>
    public async ValueTask<AccessTokenDescription?> ReadAsync(HttpContext context)
    {
        const string Scheme = "Bearer ";
        if (context.Features.Get<AccessTokenDescription>() is null
            && context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            context.Features.Set(await issuer.ReadAsync(header[Scheme.Length..].Trim(), context.RequestAborted));
        }

        return context.Features.Get<AccessTokenDescription>();
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
