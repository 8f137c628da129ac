namespace RefreshTokenRotation.TestSupport.Model;

/// <summary>When families end by themselves.</summary>
internal static class ModelLifetimes
{
    /// <summary>The family's expiries after a write under a policy.</summary>
    public static ModelFamily Renew(RotationPolicy policy, DateTimeOffset now, ModelFamily family)
    {
        var expires = policy.ExpirationType == ExpirationType.Expiring;
        var absolute = family.AbsoluteExpiresAt;
        if (absolute is null && expires && !policy.InfiniteAbsoluteLifetime)
        {
            absolute = now + policy.AbsoluteLifetime;
        }

        DateTimeOffset? idle = expires && !policy.InfiniteIdleLifetime ? now + policy.IdleLifetime : null;
        return family with { AbsoluteExpiresAt = absolute, IdleExpiresAt = Earlier(idle, idle is null ? null : absolute) };
    }

    /// <summary>The family's expiries after a hook has shortened them.</summary>
    public static ModelFamily Shorten(ModelFamily family, ModelHookAnswer hook)
    {
        var absolute = Earlier(family.AbsoluteExpiresAt, hook.AbsoluteBound);
        var idle = Earlier(family.IdleExpiresAt, hook.IdleBound);
        return family with { AbsoluteExpiresAt = absolute, IdleExpiresAt = idle is null ? null : Earlier(idle, absolute) };
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;
}
