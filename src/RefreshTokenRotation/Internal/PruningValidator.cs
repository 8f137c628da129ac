using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Internal;

/// <summary>Validates the options of pruning at start.</summary>
internal sealed class PruningValidator : IValidateOptions<PruningOptions>
{
    private const int MaxBatchSize = 10_000;

    public ValidateOptionsResult Validate(string? name, PruningOptions options)
    {
        var failures = new List<string>();
        Check(failures, options.Retention, TimeSpan.Zero, TimeSpan.FromDays(3650), nameof(options.Retention));
        Check(failures, options.Interval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), nameof(options.Interval));
        Check(failures, options.BatchPause, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(options.BatchPause));
        if (options.BatchSize is < 1 or > MaxBatchSize)
        {
            failures.Add($"BatchSize ({options.BatchSize}) must be between 1 and {MaxBatchSize}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Check(List<string> failures, TimeSpan value, TimeSpan min, TimeSpan max, string option)
    {
        if (value < min || value > max)
        {
            failures.Add($"{option} ({value}) must be between {min} and {max}.");
        }
    }
}
