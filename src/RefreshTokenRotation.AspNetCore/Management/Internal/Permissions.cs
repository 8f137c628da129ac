using System.Security.Claims;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads what a principal may do, and who it is, from the claims that access tokens carry.</summary>
internal static class Permissions
{
    /// <summary>What ASP.NET Core's JWT handler makes of <c>scp</c> unless the host switches the renaming of claims off.</summary>
    private const string RenamedScp = "http://schemas.microsoft.com/identity/claims/scope";

    public static bool Has(ClaimsPrincipal principal, string scope)
    {
        foreach (var identity in principal.Identities)
        {
            if (!identity.IsAuthenticated)
            {
                continue;
            }

            foreach (var claim in identity.Claims)
            {
                if (claim.Type is "scope" or "scp" or "permissions" or RenamedScp && Names(claim.Value, scope))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static string? ActorOf(ClaimsPrincipal principal) =>
        (principal.FindFirst("sub") ?? principal.FindFirst(ClaimTypes.NameIdentifier) ?? principal.FindFirst("client_id") ?? principal.FindFirst("azp"))?.Value;

    private static bool Names(ReadOnlySpan<char> list, string scope)
    {
        foreach (var part in list.Split(' '))
        {
            if (list[part].SequenceEqual(scope))
            {
                return true;
            }
        }

        return false;
    }
}
