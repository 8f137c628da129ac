using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Redis.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<RedisStoreOptions>
{
    private const int MaxPrefixLength = 40;
    private const int MaxReplicas = 16;
    private static readonly TimeSpan MinReplicationTimeout = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxReplicationTimeout = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, RedisStoreOptions options)
    {
        var failures = new List<string>();
        failures.Require(
            IsPrefix(options.KeyPrefix), $"{nameof(options.KeyPrefix)} ('{options.KeyPrefix}') must be 1 to {MaxPrefixLength} characters of a-z, A-Z, 0-9, _ and -.");
        failures.Require(
            Enum.IsDefined(options.Durability), $"{nameof(options.Durability)} ({options.Durability}) must be {string.Join(", ", Enum.GetNames<RedisDurability>())}.");
        failures.RequireBetween(nameof(options.ReplicasToWaitFor), options.ReplicasToWaitFor ?? 0, 0, MaxReplicas);
        failures.RequireBetween(nameof(options.ReplicationTimeout), options.ReplicationTimeout, MinReplicationTimeout, MaxReplicationTimeout);
        failures.RequireServer(options.PolicyCacheTime, commandTimeout: null, options.RevocationTimeout);
        return failures.ToResult();
    }

    /// <summary>No braces, which would decide over the slot of a key, and nothing that a pattern of an ACL would have to escape.</summary>
    private static bool IsPrefix(string? value) =>
        value is { Length: >= 1 and <= MaxPrefixLength } && value.All(static x => char.IsAsciiLetterOrDigit(x) || x is '_' or '-');
}
