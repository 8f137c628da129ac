using System.Security.Claims;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace RefreshTokenRotation.OpenIddict.Internal;

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
