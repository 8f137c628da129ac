using AuthorizationServer.Accounts;

namespace AuthorizationServer.Flows;

/// <summary><c>/userinfo</c>: who the user is, for clients that were granted <c>openid</c> (OpenID Connect Core section 5.3).</summary>
internal sealed class UserInfo(BearerToken bearer, Users users)
{
    public const string Path = "/userinfo";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods(Path, [HttpMethods.Get, HttpMethods.Post], (HttpContext context, UserInfo userInfo) => userInfo.HandleAsync(context))
            .RequireCors(Cors.Policy);

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (token, refusal) = await bearer.ReadAsync(context);
        if (token is null)
        {
            return refusal!;
        }

        if (users.Find(token.Subject) is not { } user)
        {
            return BearerToken.Unauthorized(context);
        }

        if (!token.Scopes.Contains("openid"))
        {
            return BearerToken.Forbidden(context, "openid");
        }

        return Results.Json(UserClaims.Of(user, token.Scopes).Prepend(new("sub", user.Subject)).ToDictionary());
    }
}
