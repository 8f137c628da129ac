namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>Which families a filter means.</summary>
internal static class ModelFilter
{
    public static bool Matches(TokenFamilyFilter filter, ModelFamily family, DateTimeOffset now)
    {
        var grant = family.Grant;
        return Equal(filter.TenantId, grant.TenantId)
            && (filter.FamilyId is not { } only || only == family.FamilyId)
            && (filter.ExceptFamilyId is not { } except || except != family.FamilyId)
            && (filter.Subject is null || Equal(filter.Subject, grant.Subject))
            && (filter.ClientId is null || Equal(filter.ClientId, grant.ClientId))
            && (filter.SessionId is null || Equal(filter.SessionId, grant.SessionId))
            && (filter.AuthorizationId is null || Equal(filter.AuthorizationId, grant.AuthorizationId))
            && (filter.Resource is null || (filter.Resource.Length == 0 ? grant.Resources.Count == 0 : grant.Resources.Contains(filter.Resource)))
            && (filter.RotationType is not { } kind || kind == family.RotationType)
            && (filter.State is not { } state || state == family.GetState(now))
            && !(family.CreatedAt > filter.CreatedNoLaterThan);
    }

    public static bool IsSameOwner(ModelFamily one, ModelFamily other) =>
        Equal(one.Grant.TenantId, other.Grant.TenantId)
        && Equal(one.Grant.Subject, other.Grant.Subject)
        && Equal(one.Grant.ClientId, other.Grant.ClientId);

    /// <summary>What a conversion to rotation leaves behind: the other reusable families of the same grant.</summary>
    public static Func<ModelFamily, bool> OtherReusable(ModelFamily converted) => family =>
        family.FamilyId != converted.FamilyId
        && family.RotationType == RotationType.NonRotating
        && IsSameOwner(family, converted)
        && family.Grant.Resources.SequenceEqual(converted.Grant.Resources, StringComparer.Ordinal);

    /// <summary>What else a detected reuse ends, one call of the store after the other.</summary>
    public static IEnumerable<Func<ModelFamily, bool>> ReuseResponse(RotationPolicy policy, ModelFamily reused) => policy.ReuseResponse switch
    {
        RefreshTokenRotation.ReuseResponse.UserAndClient => [family => IsSameOwner(family, reused) && family.CreatedAt <= reused.RevokedAt],
        RefreshTokenRotation.ReuseResponse.User =>
        [
            family =>
                Equal(family.Grant.TenantId, reused.Grant.TenantId)
                && Equal(family.Grant.Subject, reused.Grant.Subject)
                && family.CreatedAt <= reused.RevokedAt,
        ],
        RefreshTokenRotation.ReuseResponse.Grant when reused.Grant.Resources.Count == 0 =>
            [family => IsSameOwner(family, reused) && family.Grant.Resources.Count == 0 && family.CreatedAt <= reused.RevokedAt],
        RefreshTokenRotation.ReuseResponse.Grant => reused.Grant.Resources.Distinct(StringComparer.Ordinal).Select<string, Func<ModelFamily, bool>>(
            resource => family => IsSameOwner(family, reused) && family.Grant.Resources.Contains(resource) && family.CreatedAt <= reused.RevokedAt),
        _ => [],
    };

    private static bool Equal(string? one, string? other) => string.Equals(one, other, StringComparison.Ordinal);
}
