using System.Globalization;
using System.Security.Claims;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The family that an authenticated access token names, by the claims that the host's authentication made of it.</summary>
internal readonly record struct PresentedFamily(FamilyKey Key, long? Generation, DateTimeOffset? ExpiresAt)
{
    public static FamilyReading Read(ClaimsPrincipal user, ResourceServerOptions options, TenantRule tenants, string tenantId, out PresentedFamily presented)
    {
        presented = default;
        if (!user.Identities.Any(static identity => identity.IsAuthenticated))
        {
            return FamilyReading.Anonymous;
        }

        if (!TryRead(user, options.FamilyClaim, out var family) || !TryRead(user, tenants.Claim, out var tenant))
        {
            return FamilyReading.Malformed;
        }

        if (!tenants.NamesNoOther(user, tenantId))
        {
            return FamilyReading.OtherTenant;
        }

        if (family is null)
        {
            return FamilyReading.None;
        }

        if ((tenant ?? string.Empty) != tenantId)
        {
            return FamilyReading.OtherTenant; // it names none, and so the empty one
        }

        if (!Guid.TryParse(family, CultureInfo.InvariantCulture, out var id) || tenant?.Length > RequestLimits.IdentifierLength)
        {
            return FamilyReading.Malformed;
        }

        presented = new PresentedFamily(
            new FamilyKey(tenant ?? string.Empty, id),
            TryRead(user, options.GenerationClaim, out var text) && TryParse(text, out var generation) ? generation : null,
            TryRead(user, "exp", out var expiry) && TryParse(expiry, out var seconds) ? FromSeconds(seconds) : null);
        return FamilyReading.Family;
    }

    /// <summary>The one value of a claim. Two different ones fail: nobody could say which of them is meant.</summary>
    private static bool TryRead(ClaimsPrincipal user, string type, out string? value)
    {
        value = null;
        foreach (var identity in user.Identities.Where(static identity => identity.IsAuthenticated))
        {
            foreach (var claim in identity.FindAll(type))
            {
                if (value is not null && value != claim.Value)
                {
                    return false;
                }

                value = claim.Value;
            }
        }

        return true;
    }

    private static bool TryParse(string? text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static DateTimeOffset? FromSeconds(long seconds) =>
        seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}

/// <summary>A family, or one access token of it by its hash.</summary>
internal readonly record struct FamilyKey(string TenantId, Guid FamilyId, string? TokenHash = null);

/// <summary>What a user's claims say of the family.</summary>
internal enum FamilyReading
{
    /// <summary>Nobody is authenticated.</summary>
    Anonymous,

    /// <summary>Somebody is, by something that names no family.</summary>
    None,

    /// <summary>Something is named that is no family, or two of them.</summary>
    Malformed,

    /// <summary>The tenant is not the one of the request.</summary>
    OtherTenant,

    /// <summary>A family is named.</summary>
    Family,
}
