using System.Globalization;
using System.Security.Claims;
using RefreshTokenRotation;
using RefreshTokenRotation.Jwt;

namespace AuthorizationServer.Flows;

/// <summary>Makes a user from the access token of a request, so that the deny list can read its claims. An authentication handler for JWTs does
/// this already.</summary>
internal static class BearerUser
{
    public static void UseBearerTokens(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        if (await context.RequestServices.GetRequiredService<BearerToken>().ReadAsync(context) is ({ } token, _))
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity(Claims(token), "Bearer"));
        }

        await next(context);
    });

    private static IEnumerable<Claim> Claims(ValidatedAccessToken token)
    {
        yield return new("sub", token.Subject);
        yield return new("exp", token.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (token is { FamilyId: { } family, Generation: { } generation })
        {
            yield return new(JwtClaims.FamilyId, family.ToString("N"));
            yield return new(JwtClaims.Generation, generation.ToString(CultureInfo.InvariantCulture));
        }
    }
}
