namespace RefreshTokenRotation.Testing.Conformance;

/// <summary>How hard the kit tries. The defaults suit a store in memory and a database on the same machine.</summary>
public sealed record ConformanceOptions
{
    /// <summary>A first look that takes seconds: 8 callers, 2 rounds, 2 random runs. It may miss rare races; run the default before you rely on a store.</summary>
    public static ConformanceOptions Quick { get; } = new() { Callers = 8, Rounds = 2, ModelRuns = 2 };

    /// <summary>The seed of all random choices; a failure prints it.</summary>
    /// <value>Default: 20260301.</value>
    public int Seed { get; init; } = 20_260_301;

    /// <summary>How many callers compete in a race.</summary>
    /// <value>Default: 64. At least 2.</value>
    public int Callers { get; init => field = AtLeast(value, 2); } = 64;

    /// <summary>How many times each race runs. With a slow store, fewer rounds shorten the run.</summary>
    /// <value>Default: 10. At least 1.</value>
    public int Rounds { get; init => field = AtLeast(value, 1); } = 10;

    /// <summary>How many random runs are compared with the model, each with its own seed.</summary>
    /// <value>Default: 20. At least 1.</value>
    public int ModelRuns { get; init => field = AtLeast(value, 1); } = 20;

    /// <summary>After how long a case counts as hung. Long, because a busy machine is not the store's fault.</summary>
    /// <value>Default: 5 min. Above zero.</value>
    public TimeSpan Timeout { get; init => field = AboveZero(value); } = TimeSpan.FromMinutes(5);

    /// <summary>The clock of <see cref="Timeout"/> only; stores get made-up times.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static int AtLeast(int value, int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, bound);
        return value;
    }

    private static TimeSpan AboveZero(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
