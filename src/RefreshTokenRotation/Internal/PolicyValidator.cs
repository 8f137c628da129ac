namespace RefreshTokenRotation.Internal;

/// <summary>The bounds of a policy. Each message names the option, its value and the bound.</summary>
internal static class PolicyValidator
{
    public const int MaxMultiResource = 100;
    public const int MaxActiveCap = 1_000_000;

    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(1);

    public static bool IsValid(RotationPolicy policy, RefreshTokenRotationOptions options) =>
        Check(policy, options, default);

    public static IReadOnlyList<string> Failures(RotationPolicy policy, RefreshTokenRotationOptions options, string subject)
    {
        var failures = new List<string>();
        Check(policy, options, new Report(failures, subject));
        return failures;
    }

    private static bool Check(RotationPolicy policy, RefreshTokenRotationOptions options, Report report) =>
        CheckFields(policy, options, report) & CheckLifetimes(policy, report) & CheckMultiResource(policy, report);

    private static bool CheckFields(RotationPolicy policy, RefreshTokenRotationOptions options, Report report)
    {
        var max = options.MaximumLifetime;
        return report.Require(policy.RotationType is RotationType.Rotating or RotationType.NonRotating, nameof(policy.RotationType), policy.RotationType, "must be Rotating or NonRotating")
            & report.Require(policy.ExpirationType is ExpirationType.Expiring or ExpirationType.NonExpiring, nameof(policy.ExpirationType), policy.ExpirationType, "must be Expiring or NonExpiring")
            & report.Require(policy.ReuseResponse is >= ReuseResponse.Family and <= ReuseResponse.Grant, nameof(policy.ReuseResponse), policy.ReuseResponse, "must be Family, Grant, UserAndClient or User")
            & (!policy.HasAbsoluteLifetime || report.Between(policy.AbsoluteLifetime, MinLifetime, max, nameof(policy.AbsoluteLifetime), nameof(options.MaximumLifetime)))
            & (!policy.HasIdleLifetime || report.Between(policy.IdleLifetime!.Value, MinLifetime, max, nameof(policy.IdleLifetime), nameof(options.MaximumLifetime)))
            & report.Between(policy.Leeway, TimeSpan.Zero, options.MaximumLeeway, nameof(policy.Leeway), nameof(options.MaximumLeeway))
            & report.Require(policy.RecoveryWindow >= TimeSpan.Zero, nameof(policy.RecoveryWindow), policy.RecoveryWindow, "must not be negative")
            & report.Require(policy.ActiveCap is >= 1 and <= MaxActiveCap, nameof(policy.ActiveCap), policy.ActiveCap, "must be between 1 and 1000000")
            & (options.AllowRotatingNonExpiring || policy.RotationType != RotationType.Rotating || CheckExpires(policy, report));
    }

    /// <summary>What counts is whether the policy expires, by whatever setting it does not.</summary>
    private static bool CheckExpires(RotationPolicy policy, Report report)
    {
        const string Unless = "where RotationType is Rotating, unless AllowRotatingNonExpiring is set";
        return policy.ExpirationType switch
        {
            ExpirationType.NonExpiring => report.Require(
                false, nameof(policy.ExpirationType), policy.ExpirationType, $"must be Expiring {Unless}"),
            ExpirationType.Expiring when !policy.Expires => report.Require(
                false,
                nameof(policy.InfiniteAbsoluteLifetime),
                policy.InfiniteAbsoluteLifetime,
                policy.InfiniteIdleLifetime
                    ? $"must be False, or InfiniteIdleLifetime (True), {Unless}"
                    : $"must be False, or IdleLifetime set, {Unless}"),
            _ => true,
        };
    }

    private static bool CheckLifetimes(RotationPolicy policy, Report report)
    {
        var absolute = policy.HasAbsoluteLifetime ? policy.AbsoluteLifetime : TimeSpan.MaxValue;
        var idle = policy.HasIdleLifetime ? policy.IdleLifetime!.Value : TimeSpan.MaxValue;
        return report.NotAbove(idle, absolute, !policy.HasIdleLifetime, nameof(policy.IdleLifetime), nameof(policy.AbsoluteLifetime))
            & report.Below(policy.Leeway, idle, nameof(policy.Leeway), nameof(policy.IdleLifetime))
            & report.Below(policy.Leeway, absolute, nameof(policy.Leeway), nameof(policy.AbsoluteLifetime))
            & (policy.RecoveryWindow <= TimeSpan.Zero || report.Below(policy.Leeway, policy.RecoveryWindow, nameof(policy.Leeway), nameof(policy.RecoveryWindow)))
            & (policy.RecoveryWindow <= TimeSpan.Zero || report.Require(
                policy.Leeway > TimeSpan.Zero, nameof(policy.RecoveryWindow), policy.RecoveryWindow, $"needs a Leeway above zero, which is {policy.Leeway}"));
    }

    private static bool CheckMultiResource(RotationPolicy policy, Report report)
    {
        if (policy.MultiResource is not { } entries || entries.Any(static entry => entry is null))
        {
            return report.Require(false, nameof(policy.MultiResource), "null", "must not be null, nor hold null");
        }

        if (entries.Count == 0)
        {
            return true;
        }

        return report.Require(entries.Count <= MaxMultiResource, nameof(policy.MultiResource), entries.Count, "entries must be at most 100")
            & report.Require(
                entries.DistinctBy(entry => entry.Resource, StringComparer.Ordinal).Count() == entries.Count,
                nameof(policy.MultiResource),
                entries.Count,
                "entries must name each resource once")
            & entries.All(entry => CheckEntry(entry, report));
    }

    private static bool CheckEntry(ResourceScopes entry, Report report) =>
        report.Require(
            FieldValidator.IsText(entry.Resource, RequestLimits.ResourceLength),
            "MultiResource.Resource",
            entry.Resource?.Length ?? 0,
            "characters must be between 1 and 600, and none a control character")
        & (entry.Scopes is null
            ? report.Require(false, "MultiResource.Scopes", "null", "must not be null")
            : entry.Scopes.All(scope => report.Require(
                FieldValidator.IsScope(scope), "MultiResource.Scopes", scope?.Length ?? 0, "characters must be between 1 and 280, and legal in a scope-token (RFC 6749 section 3.3)")));

    /// <summary>Collects messages, or only says whether there are any.</summary>
    private readonly struct Report(List<string>? failures, string? subject)
    {
        public bool Require<T>(bool holds, string option, T value, string bound)
        {
            if (!holds)
            {
                failures?.Add($"{subject}: {option} ({value}) {bound}.");
            }

            return holds;
        }

        public bool Between(TimeSpan value, TimeSpan min, TimeSpan max, string option, string maxOption)
        {
            var holds = value >= min && value <= max;
            if (!holds)
            {
                failures?.Add($"{subject}: {option} ({value}) must be between {min} and {maxOption} ({max}).");
            }

            return holds;
        }

        public bool NotAbove(TimeSpan value, TimeSpan bound, bool unset, string option, string boundOption)
        {
            var holds = unset || value <= bound;
            if (!holds)
            {
                failures?.Add($"{subject}: {option} ({value}) must not be longer than {boundOption} ({bound}).");
            }

            return holds;
        }

        public bool Below(TimeSpan value, TimeSpan bound, string option, string boundOption)
        {
            var holds = value < bound;
            if (!holds)
            {
                failures?.Add($"{subject}: {option} ({value}) must be shorter than {boundOption} ({bound}).");
            }

            return holds;
        }
    }
}
