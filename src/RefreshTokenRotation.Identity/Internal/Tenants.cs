using System.Security.Claims;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>The tenant of a request is what the host resolves. Anyone who names another one is refused, the empty tenant included.</summary>
internal sealed class Tenants(IOptions<IdentityRotationOptions> options, IHttpContextAccessor accessor)
{
    private IdentityRotationOptions Options => options.Value;

    /// <summary>The tenant of the current request.</summary>
    public string Current => accessor.HttpContext is { } context ? Options.ResolveTenant?.Invoke(context) ?? string.Empty : string.Empty;

    /// <summary>Whether a user, or an access token, is not this tenant's. A token of a family has to name its tenant, unless that is the empty one.</summary>
    public bool IsForeign(ClaimsPrincipal user, string tenant)
    {
        if (Options.ResolveTenant is null)
        {
            return false;
        }

        var named = user.FindAll(Options.TenantClaim).Select(static claim => claim.Value).ToArray();
        return named.Length > 0
            ? named.Any(name => !string.Equals(name, tenant, StringComparison.Ordinal))
            : tenant.Length > 0 && FamilyClaims.FamilyOf(user) is not null;
    }

    /// <summary>The tenant that a token from before rotation belongs to: the one that its user names, else the request's.</summary>
    public string OfEarlierToken(ClaimsPrincipal user) =>
        Options.ResolveTenant is null ? string.Empty : user.FindFirstValue(Options.TenantClaim) ?? Current;

    /// <summary>The claim by which an access token names its tenant; null if it need not.</summary>
    public Claim? ClaimOf(string tenant) => tenant.Length == 0 ? null : new Claim(Options.TenantClaim, tenant);
}
