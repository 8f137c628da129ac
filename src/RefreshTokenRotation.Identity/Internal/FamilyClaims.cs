using System.Globalization;
using System.Security.Claims;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>What an access token says of its family: the same claims as the JWTs of RefreshTokenRotation.Jwt have, so that a resource server reads both.</summary>
internal static class FamilyClaims
{
    private const string Family = "rtr_fid";
    private const string Generation = "rtr_gen";

    /// <summary>A copy of the user that names the family, and no other one, and its tenant.</summary>
    public static ClaimsPrincipal AddTo(ClaimsPrincipal user, Guid family, long generation, Claim? tenant)
    {
        var copy = user.Clone();
        foreach (var identity in copy.Identities)
        {
            foreach (var claim in identity.FindAll(static claim => claim.Type is Family or Generation).ToArray())
            {
                identity.RemoveClaim(claim);
            }
        }

        var first = copy.Identities.First();
        if (tenant is not null && !copy.HasClaim(claim => claim.Type == tenant.Type))
        {
            first.AddClaim(tenant);
        }

        first.AddClaims(
        [
            new Claim(Family, family.ToString("D", CultureInfo.InvariantCulture)),
            new Claim(Generation, generation.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
        ]);
        return copy;
    }

    /// <summary>The family, or null for a token from before rotation and for a cookie.</summary>
    public static Guid? FamilyOf(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(Family), CultureInfo.InvariantCulture, out var family) ? family : null;

    public static long? GenerationOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(Generation), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : null;
}
