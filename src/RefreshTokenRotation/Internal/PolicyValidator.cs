namespace RefreshTokenRotation.Internal;

/// <summary>The bounds of a policy.</summary>
internal static class PolicyValidator
{
    public const int MaxMultiResource = 100;
    public const int MaxActiveCap = 1_000_000;
    public const int MaxLeewayGenerations = 32;

    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    public static bool IsValid(RotationPolicy policy, RefreshTokenRotationOptions options, Func<ITokenStore> store) => !Violations(policy, options, store).Any();

    public static IReadOnlyList<string> Failures(RotationPolicy policy, RefreshTokenRotationOptions options, Func<ITokenStore> store, string subject) =>
        [.. Violations(policy, options, store).Select(violation => $"{subject}: {violation}.")];

    /// <summary>What is wrong with a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="options">The ceilings.</param>
    /// <param name="store">The token store; asked for only where the policy needs something of it.</param>
    public static IEnumerable<PolicyViolation> Violations(RotationPolicy policy, RefreshTokenRotationOptions options, Func<ITokenStore> store)
    {
        if (policy.RotationType is not (RotationType.Rotating or RotationType.NonRotating))
        {
            yield return new(nameof(policy.RotationType), policy.RotationType, $"must be {RotationType.Rotating} or {RotationType.NonRotating}");
        }

        if (policy.ExpirationType is not (ExpirationType.Expiring or ExpirationType.NonExpiring))
        {
            yield return new(nameof(policy.ExpirationType), policy.ExpirationType, $"must be {ExpirationType.Expiring} or {ExpirationType.NonExpiring}");
        }

        if (policy.ReuseResponse is < ReuseResponse.Family or > ReuseResponse.Grant)
        {
            yield return new(
                nameof(policy.ReuseResponse),
                policy.ReuseResponse,
                $"must be {ReuseResponse.Family}, {ReuseResponse.Grant}, {ReuseResponse.UserAndClient} or {ReuseResponse.User}");
        }

        if (policy.HasAbsoluteLifetime && (policy.AbsoluteLifetime < MinLifetime || policy.AbsoluteLifetime > options.MaximumLifetime))
        {
            yield return new(nameof(policy.AbsoluteLifetime), policy.AbsoluteLifetime, Between(MinLifetime, nameof(options.MaximumLifetime), options.MaximumLifetime));
        }

        if (policy.HasIdleLifetime && (policy.IdleLifetime < MinLifetime || policy.IdleLifetime > options.MaximumLifetime))
        {
            yield return new(nameof(policy.IdleLifetime), policy.IdleLifetime, Between(MinLifetime, nameof(options.MaximumLifetime), options.MaximumLifetime));
        }

        if (policy.Leeway < TimeSpan.Zero || policy.Leeway > options.MaximumLeeway)
        {
            yield return new(nameof(policy.Leeway), policy.Leeway, Between(TimeSpan.Zero, nameof(options.MaximumLeeway), options.MaximumLeeway));
        }

        if (policy.LeewayGenerations != 1)
        {
            foreach (var violation in GenerationViolations(policy, store))
            {
                yield return violation;
            }
        }

        if (policy.RecoveryWindow < TimeSpan.Zero)
        {
            yield return new(nameof(policy.RecoveryWindow), policy.RecoveryWindow, $"must not be negative");
        }

        if (policy.ActiveCap is < 1 or > MaxActiveCap)
        {
            yield return new(nameof(policy.ActiveCap), policy.ActiveCap, $"must be between {1} and {MaxActiveCap}");
        }

        if (!options.AllowRotatingNonExpiring && policy.RotationType == RotationType.Rotating && Endless(policy) is { } endless)
        {
            yield return endless;
        }

        if (policy.HasIdleLifetime && policy.HasAbsoluteLifetime && policy.IdleLifetime > policy.AbsoluteLifetime)
        {
            yield return new(nameof(policy.IdleLifetime), policy.IdleLifetime, $"must not be longer than {nameof(policy.AbsoluteLifetime)} ({policy.AbsoluteLifetime})");
        }

        if (policy.HasIdleLifetime && policy.Leeway >= policy.IdleLifetime)
        {
            yield return new(nameof(policy.Leeway), policy.Leeway, ShorterThan(nameof(policy.IdleLifetime), policy.IdleLifetime!.Value));
        }

        if (policy.HasAbsoluteLifetime && policy.Leeway >= policy.AbsoluteLifetime)
        {
            yield return new(nameof(policy.Leeway), policy.Leeway, ShorterThan(nameof(policy.AbsoluteLifetime), policy.AbsoluteLifetime));
        }

        if (policy.RecoveryWindow > TimeSpan.Zero && policy.Leeway >= policy.RecoveryWindow)
        {
            yield return new(nameof(policy.Leeway), policy.Leeway, ShorterThan(nameof(policy.RecoveryWindow), policy.RecoveryWindow));
        }

        if (policy.RecoveryWindow > TimeSpan.Zero && policy.Leeway <= TimeSpan.Zero)
        {
            yield return new(nameof(policy.RecoveryWindow), policy.RecoveryWindow, $"needs a {nameof(policy.Leeway)} above zero, but it is {policy.Leeway}");
        }

        if (policy.MultiResource is not { Count: 0 })
        {
            foreach (var violation in ResourceViolations(policy.MultiResource))
            {
                yield return violation;
            }
        }
    }

    /// <summary>What counts is whether the policy expires, by whatever setting it does not.</summary>
    private static PolicyViolation? Endless(RotationPolicy policy)
    {
        const string Type = nameof(policy.RotationType);
        const string Unless = nameof(RefreshTokenRotationOptions.AllowRotatingNonExpiring);
        const string Flag = nameof(policy.InfiniteAbsoluteLifetime);
        const RotationType Rotating = RotationType.Rotating;
        return policy.ExpirationType switch
        {
            ExpirationType.NonExpiring => new(
                nameof(policy.ExpirationType), policy.ExpirationType, $"must be {ExpirationType.Expiring} where {Type} is {Rotating}, unless {Unless} is set"),
            ExpirationType.Expiring when policy.Expires => null,
            ExpirationType.Expiring when policy.InfiniteIdleLifetime => new(
                Flag, policy.InfiniteAbsoluteLifetime, $"must be {false}, or {nameof(policy.InfiniteIdleLifetime)} ({true}), where {Type} is {Rotating}, unless {Unless} is set"),
            ExpirationType.Expiring => new(
                Flag, policy.InfiniteAbsoluteLifetime, $"must be {false}, or {nameof(policy.IdleLifetime)} set, where {Type} is {Rotating}, unless {Unless} is set"),
            _ => null,
        };
    }

    private static IEnumerable<PolicyViolation> GenerationViolations(RotationPolicy policy, Func<ITokenStore> store)
    {
        const string Setting = nameof(policy.LeewayGenerations);
        var value = policy.LeewayGenerations;
        if (value is < 1 or > MaxLeewayGenerations)
        {
            yield return new(Setting, value, $"must be between {1} and {MaxLeewayGenerations}");
            yield break;
        }

        if (policy.Leeway <= TimeSpan.Zero)
        {
            yield return new(Setting, value, $"above {1} needs a {nameof(policy.Leeway)} above zero, but it is {policy.Leeway}");
        }

        if (policy.ReuseResponse != ReuseResponse.Family)
        {
            yield return new(Setting, value, $"above {1} needs the {nameof(policy.ReuseResponse)} {ReuseResponse.Family}, but it is {policy.ReuseResponse}");
        }

        if (!store().KeepsTrail)
        {
            yield return new(Setting, value, $"above {1} needs a token store that keeps trails, and {nameof(ITokenStore.KeepsTrail)} is {false}");
        }
    }

    private static IEnumerable<PolicyViolation> ResourceViolations(IReadOnlyList<ResourceScopes>? entries)
    {
        const string Setting = nameof(RotationPolicy.MultiResource);
        if (entries is null || entries.Any(static entry => entry is null))
        {
            yield return new(Setting, null, $"must not be null, nor hold null");
            yield break;
        }

        if (entries.Count > MaxMultiResource)
        {
            yield return new(Setting, entries.Count, $"entries must be at most {MaxMultiResource}");
        }

        if (entries.DistinctBy(static entry => entry.Resource, StringComparer.Ordinal).Count() != entries.Count)
        {
            yield return new(Setting, entries.Count, $"entries must name each resource once");
        }

        foreach (var entry in entries)
        {
            if (!TextForm.IsFit(entry.Resource, RequestLimits.ResourceLength))
            {
                yield return new(
                    $"{Setting}.{nameof(entry.Resource)}",
                    entry.Resource?.Length ?? 0,
                    $"characters must be between {1} and {RequestLimits.ResourceLength}, and none a control character");
            }

            if (entry.Scopes is null)
            {
                yield return new($"{Setting}.{nameof(entry.Scopes)}", null, $"must not be null");
            }

            foreach (var scope in (entry.Scopes ?? []).Where(static scope => !TextForm.IsScope(scope)))
            {
                yield return new(
                    $"{Setting}.{nameof(entry.Scopes)}",
                    scope?.Length ?? 0,
                    $"characters must be between {1} and {RequestLimits.ScopeLength}, and legal in a scope-token (RFC 6749 section 3.3)");
            }
        }
    }

    private static FormattableString Between(TimeSpan min, string option, TimeSpan max) => $"must be between {min} and {option} ({max})";

    private static FormattableString ShorterThan(string setting, TimeSpan bound) => $"must be shorter than {setting} ({bound})";
}
