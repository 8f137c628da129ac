using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Internal;

/// <summary>Deletes ended families, batch by batch. Any number of nodes may run it: a batch that another node has deleted is just shorter.</summary>
internal sealed class PruningService(
    ITokenFamilyManager families, IOptions<PruningOptions> options, TimeProvider time, RandomSource random, ILogger<PruningService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (options.Value.Enabled)
            {
                // The first run waits too: nodes that start together are not to prune together, nor while they warm up.
                await Task.Delay(NextDelay(), time, stoppingToken).ConfigureAwait(false);
                try
                {
                    await RunAsync(stoppingToken).ConfigureAwait(false);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    // A background service that throws stops its host. Pruning can wait.
                    logger.PruningFailed(fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end. A host that is disposed without being stopped would log it as a failure of this service.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var endedBefore = time.GetUtcNow() - settings.Retention;
        while (await families.PruneAsync(endedBefore, settings.BatchSize, cancellationToken).ConfigureAwait(false) == settings.BatchSize)
        {
            await Task.Delay(settings.BatchPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The interval and up to a tenth more.</summary>
    private TimeSpan NextDelay()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        random.Fill(bytes);
        return options.Value.Interval * (1 + (BitConverter.ToUInt32(bytes) / (10.0 * uint.MaxValue)));
    }
}

/// <summary>Validates the options of pruning at start.</summary>
internal sealed class PruningValidator : IValidateOptions<PruningOptions>
{
    private const int MaxBatchSize = 10_000;

    public ValidateOptionsResult Validate(string? name, PruningOptions options)
    {
        var failures = new List<string>();
        failures.RequireBetween(nameof(options.Retention), options.Retention, TimeSpan.Zero, TimeSpan.FromDays(3650));
        failures.RequireBetween(nameof(options.Interval), options.Interval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
        failures.RequireBetween(nameof(options.BatchPause), options.BatchPause, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        failures.RequireBetween(nameof(options.BatchSize), options.BatchSize, 1, MaxBatchSize);
        return failures.ToResult();
    }
}
