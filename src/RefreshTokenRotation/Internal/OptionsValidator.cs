using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Internal;

/// <summary>Validates the options at start and at every change, across fields and policies.</summary>
internal sealed class OptionsValidator(Func<ITokenStore> store, ILoggerFactory? loggers = null) : IValidateOptions<RefreshTokenRotationOptions>
{
    private const int MaxPrefixLength = 32;
    private const int MaxFormerPrefixes = 8;
    private const int MaxQueueCapacity = 1_000_000;

    private static readonly TimeSpan MaxCeiling = TimeSpan.FromDays(3650);
    private static readonly TimeSpan MaxDrain = TimeSpan.FromMinutes(5);

    private volatile bool _wereValid;

    public ValidateOptionsResult Validate(string? name, RefreshTokenRotationOptions options)
    {
        var failures = new List<string>(options.ConfigurationFailures);
        CheckPrefixes(options, failures);
        failures.RequireBetween(nameof(options.MaximumLifetime), options.MaximumLifetime, TimeSpan.FromSeconds(1), MaxCeiling);
        failures.RequireBetween(nameof(options.MaximumLeeway), options.MaximumLeeway, TimeSpan.Zero, MaxCeiling);
        failures.RequireBetween(nameof(options.EventQueueCapacity), options.EventQueueCapacity, 1, MaxQueueCapacity);
        failures.RequireBetween(nameof(options.EventDrainTimeout), options.EventDrainTimeout, TimeSpan.Zero, MaxDrain);
        foreach (var (subject, policy) in Policies(options))
        {
            failures.AddRange(policy is null ? [$"{subject} is null."] : PolicyValidator.Failures(policy, options, store, subject));
        }

        // At start the host sees the exception. Later nobody may: it goes to whoever reloads, a file watcher for instance.
        if (failures.Count > 0 && _wereValid)
        {
            loggers?.CreateLogger<RefreshTokenRotationOptions>().OptionsRefused(string.Join(' ', failures));
        }

        _wereValid |= failures.Count == 0;
        return failures.ToResult();
    }

    private static void CheckPrefixes(RefreshTokenRotationOptions options, List<string> failures)
    {
        failures.Require(
            options.FormerTokenPrefixes.Count <= MaxFormerPrefixes,
            $"FormerTokenPrefixes has {options.FormerTokenPrefixes.Count} entries; at most {MaxFormerPrefixes} are allowed.");
        foreach (var (option, prefix) in options.FormerTokenPrefixes.Select(static prefix => ("FormerTokenPrefixes", prefix)).Prepend(("TokenPrefix", options.TokenPrefix)))
        {
            failures.Require(IsPrefix(prefix), $"{option} ('{prefix}') must be 1 to {MaxPrefixLength} characters of A-Za-z0-9_.~-.");
        }
    }

    private static bool IsPrefix(string? prefix) =>
        prefix is { Length: >= 1 and <= MaxPrefixLength } && prefix.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '~' or '-');

    private static IEnumerable<(string Subject, RotationPolicy? Policy)> Policies(RefreshTokenRotationOptions options) =>
        options.ClientPolicies.Select(static entry => ($"ClientPolicies['{entry.Key}']", (RotationPolicy?)entry.Value))
            .Concat(options.ResourcePolicies.Select(static entry => ($"ResourcePolicies['{entry.Key}']", (RotationPolicy?)entry.Value)))
            .Concat(options.ClientResourcePolicies.Select(static entry => ($"ClientResourcePolicies['{entry.Key}']", (RotationPolicy?)entry.Value)))
            .Prepend(("DefaultPolicy", options.DefaultPolicy));
}
