using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Validates the options. Each message names the option, its value and the bound.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<EntityFrameworkCoreStoreOptions>
{
    private static readonly TimeSpan MaxCacheTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRevocationTimeout = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, EntityFrameworkCoreStoreOptions options)
    {
        var failures = new List<string>();
        if (options.PolicyCacheTime < TimeSpan.Zero || options.PolicyCacheTime > MaxCacheTime)
        {
            failures.Add($"{nameof(options.PolicyCacheTime)} ({options.PolicyCacheTime}) must be between {TimeSpan.Zero} and {MaxCacheTime}.");
        }

        Require(nameof(options.CommandTimeout), options.CommandTimeout, MaxTimeout);
        Require(nameof(options.RevocationTimeout), options.RevocationTimeout, MaxRevocationTimeout);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Require(string option, TimeSpan? timeout, TimeSpan max)
        {
            if (timeout is { } value && (value < MinTimeout || value > max || value.Ticks % TimeSpan.TicksPerSecond != 0))
            {
                failures.Add($"{option} ({value}) must be between {MinTimeout} and {max}, in whole seconds.");
            }
        }
    }
}
