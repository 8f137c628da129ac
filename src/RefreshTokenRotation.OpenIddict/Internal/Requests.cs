using System.Globalization;
using System.Security.Claims;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>What OpenIddict's principals say, in the words of families, and back.</summary>
internal static class Requests
{
    private const string SessionId = "sid";

    /// <summary>What a principal grants to a client.</summary>
    public static IssueRequest Issue(ClaimsPrincipal principal, string? clientId, AccessTokenFactory? createAccessToken = null) => new()
    {
        Subject = principal.GetClaim(Claims.Subject)
            ?? throw new InvalidOperationException("A principal without a subject can't get a refresh token."),
        ClientId = PresentedFamily.ClientOf(clientId),
        Scopes = principal.GetScopes(),
        Resources = principal.GetResources(),
        AuthorizationId = principal.GetAuthorizationId(),
        SessionId = principal.GetClaim(SessionId),
        AuthenticationTime = long.TryParse(principal.GetClaim(Claims.AuthenticationTime), CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null,
        Acr = principal.GetClaim(Claims.AuthenticationContextReference),
        Amr = principal.GetClaims(Claims.AuthenticationMethodReference),
        CreateAccessToken = createAccessToken,
    };

    /// <summary>The principal of a token that another server issued: what its grant says.</summary>
    public static ClaimsPrincipal Principal(TokenFamilyInfo family)
    {
        var identity = new ClaimsIdentity(nameof(RefreshTokenRotation), Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, family.Subject);
        identity.SetClaim(SessionId, family.SessionId);
        identity.SetClaim(Claims.AuthenticationContextReference, family.Acr);
        identity.SetClaims(Claims.AuthenticationMethodReference, [.. family.Amr]);
        identity.SetScopes(family.Scopes);
        identity.SetResources(family.Resources);
        identity.SetPresenters(family.ClientId);
        identity.SetTokenType(TokenTypeIdentifiers.RefreshToken);
        return new ClaimsPrincipal(identity);
    }
}

/// <summary>What a principal says, without what changes at each exchange anyway. Taken before the host can change the principal in place.</summary>
internal static class PrincipalClaims
{
    public static string[] Read(ClaimsPrincipal principal) =>
    [
        .. principal.Claims
            .Where(static claim => claim.Type is not (
                Claims.ExpiresAt or Claims.IssuedAt or Claims.NotBefore or Claims.JwtId or Claims.Issuer
                or Claims.Private.CreationDate or Claims.Private.ExpirationDate or Claims.Private.TokenId or Claims.Private.TokenType
                or Claims.Private.Issuer or Claims.Private.ClaimDestinationsMap))
            .Select(static claim => $"{claim.Type}\0{claim.Value}\0{string.Join(' ', claim.GetDestinations().Order(StringComparer.Ordinal))}")
            .Order(StringComparer.Ordinal),
    ];
}
