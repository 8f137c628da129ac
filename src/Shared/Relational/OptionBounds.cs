using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Relational;

/// <summary>Collects what is wrong with a store's options. Each message names the option, its value and the bound.</summary>
internal sealed class OptionBounds
{
    private static readonly TimeSpan MaxCacheTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRevocationTimeout = TimeSpan.FromDays(1);

    private readonly List<string> _failures = [];

    public ValidateOptionsResult Result => _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    public OptionBounds Require(bool holds, string failure)
    {
        if (!holds)
        {
            _failures.Add(failure);
        }

        return this;
    }

    public OptionBounds Between(string option, TimeSpan value, TimeSpan min, TimeSpan max) =>
        Require(value >= min && value <= max, $"{option} ({value}) must be between {min} and {max}.");

    /// <summary>The bounds of the options that every store with a server has.</summary>
    public OptionBounds Server(TimeSpan policyCacheTime, TimeSpan? commandTimeout, TimeSpan? revocationTimeout) =>
        Between("PolicyCacheTime", policyCacheTime, TimeSpan.Zero, MaxCacheTime)
            .Timeout("CommandTimeout", commandTimeout, MaxTimeout)
            .Timeout("RevocationTimeout", revocationTimeout, MaxRevocationTimeout);

    private OptionBounds Timeout(string option, TimeSpan? timeout, TimeSpan max) => Require(
        timeout is not { } value || (value >= MinTimeout && value <= max && value.Ticks % TimeSpan.TicksPerSecond == 0),
        $"{option} ({timeout}) must be between {MinTimeout} and {max}, in whole seconds.");
}
