using System.Globalization;
using System.Security.Claims;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The family that an authenticated access token names, by the claims that the host's authentication made of it.</summary>
internal readonly record struct PresentedFamily(FamilyKey Key, long? Generation, DateTimeOffset? ExpiresAt)
{
    /// <summary>The family; null if none is named. Then there may be a reason to refuse the token: what it names is no family, or two of them, or its tenant is
    /// not the one of the request.</summary>
    public static (PresentedFamily? Family, string? Refusal) Read(ClaimsPrincipal user, ResourceServerOptions options, TenantRule tenants, string tenantId)
    {
        if (!user.Identities.Any(static identity => identity.IsAuthenticated))
        {
            return default;
        }

        if (!TryRead(user, options.FamilyClaim, out var family) || !TryRead(user, tenants.Claim, out var tenant))
        {
            return (null, "malformed");
        }

        // A token that names no tenant names the empty one.
        if (!tenants.NamesNoOther(user, tenantId) || (family is not null && (tenant ?? string.Empty) != tenantId))
        {
            return (null, "other_tenant");
        }

        if (family is null)
        {
            return default;
        }

        if (!Guid.TryParse(family, CultureInfo.InvariantCulture, out var id) || tenant?.Length > RequestLimits.IdentifierLength)
        {
            return (null, "malformed");
        }

        return (
            new PresentedFamily(
                new FamilyKey(tenant ?? string.Empty, id),
                TryRead(user, options.GenerationClaim, out var text) && TryParse(text, out var generation) ? generation : null,
                TryRead(user, "exp", out var expiry) && TryParse(expiry, out var seconds) ? FromSeconds(seconds) : null),
            null);
    }

    /// <summary>The one value of a claim. Two different ones fail: nobody could say which of them is meant.</summary>
    private static bool TryRead(ClaimsPrincipal user, string type, out string? value)
    {
        value = null;
        foreach (var found in TenantRule.ValuesOf(user, type))
        {
            if (value is not null && value != found)
            {
                return false;
            }

            value = found;
        }

        return true;
    }

    private static bool TryParse(string? text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static DateTimeOffset? FromSeconds(long seconds) =>
        seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}

/// <summary>A family, or one access token of it by its hash.</summary>
internal readonly record struct FamilyKey(string TenantId, Guid FamilyId, string? TokenHash = null);
