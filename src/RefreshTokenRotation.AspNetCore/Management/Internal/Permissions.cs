using System.Security.Claims;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads what a principal may do, and who it is, from the claims that access tokens carry.</summary>
internal static class Permissions
{
    /// <summary>What ASP.NET Core's JWT handler makes of <c>scp</c> unless the host switches the renaming of claims off.</summary>
    private const string RenamedScp = "http://schemas.microsoft.com/identity/claims/scope";

    /// <summary>As the access tokens of RefreshTokenRotation.Jwt have it.</summary>
    private const string TenantClaim = "org_id";

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

    /// <summary>Whether the principal is of another tenant than the one that is managed. Who names none is of all of them, as the policy says. A host
    /// with one tenant has nothing to compare: its identity provider may use the claim for something of its own.</summary>
    public static bool IsOfAnotherTenant(ClaimsPrincipal principal, string tenantId) =>
        tenantId.Length > 0
        && principal.Identities.Any(identity => identity.IsAuthenticated && identity.FindAll(TenantClaim).Any(claim => claim.Value != tenantId));

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
