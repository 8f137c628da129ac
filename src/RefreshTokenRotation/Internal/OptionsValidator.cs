using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Storage;

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
        if (options.MaximumLifetime < TimeSpan.FromSeconds(1) || options.MaximumLifetime > MaxCeiling)
        {
            failures.Add($"MaximumLifetime ({options.MaximumLifetime}) must be between 00:00:01 and {MaxCeiling}.");
        }

        if (options.MaximumLeeway < TimeSpan.Zero || options.MaximumLeeway > MaxCeiling)
        {
            failures.Add($"MaximumLeeway ({options.MaximumLeeway}) must be between 00:00:00 and {MaxCeiling}.");
        }

        if (options.EventQueueCapacity is < 1 or > MaxQueueCapacity)
        {
            failures.Add($"EventQueueCapacity ({options.EventQueueCapacity}) must be between 1 and {MaxQueueCapacity}.");
        }

        if (options.EventDrainTimeout < TimeSpan.Zero || options.EventDrainTimeout > MaxDrain)
        {
            failures.Add($"EventDrainTimeout ({options.EventDrainTimeout}) must be between 00:00:00 and {MaxDrain}.");
        }

        foreach (var (subject, policy) in Policies(options))
        {
            failures.AddRange(policy is null ? [$"{subject} is null."] : PolicyValidator.Failures(policy, options, store, subject));
        }

        if (failures.Count == 0)
        {
            _wereValid = true;
            return ValidateOptionsResult.Success;
        }

        // At start the host sees the exception. Later nobody may: it goes to whoever reloads, a file watcher for instance.
        if (_wereValid)
        {
            loggers?.CreateLogger<RefreshTokenRotationOptions>().OptionsRefused(string.Join(' ', failures));
        }

        return ValidateOptionsResult.Fail(failures);
    }

    private static void CheckPrefixes(RefreshTokenRotationOptions options, List<string> failures)
    {
        if (options.FormerTokenPrefixes.Count > MaxFormerPrefixes)
        {
            failures.Add($"FormerTokenPrefixes has {options.FormerTokenPrefixes.Count} entries where at most {MaxFormerPrefixes} are allowed.");
        }

        if (!IsPrefix(options.TokenPrefix))
        {
            failures.Add($"TokenPrefix ('{options.TokenPrefix}') must be 1 to {MaxPrefixLength} characters of A-Za-z0-9_.~-.");
        }

        failures.AddRange(options.FormerTokenPrefixes.Where(static prefix => !IsPrefix(prefix)).Select(static prefix =>
            $"FormerTokenPrefixes ('{prefix}') must be 1 to {MaxPrefixLength} characters of A-Za-z0-9_.~-."));
    }

    private static bool IsPrefix(string? prefix) =>
        prefix is { Length: >= 1 and <= MaxPrefixLength } && prefix.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '~' or '-');

    private static IEnumerable<(string Subject, RotationPolicy? Policy)> Policies(RefreshTokenRotationOptions options) =>
        options.ClientPolicies.Select(static entry => ($"ClientPolicies['{entry.Key}']", (RotationPolicy?)entry.Value))
            .Concat(options.ResourcePolicies.Select(static entry => ($"ResourcePolicies['{entry.Key}']", (RotationPolicy?)entry.Value)))
            .Concat(options.ClientResourcePolicies.Select(static entry => ($"ClientResourcePolicies['{entry.Key}']", (RotationPolicy?)entry.Value)))
            .Prepend(("DefaultPolicy", options.DefaultPolicy));
}
