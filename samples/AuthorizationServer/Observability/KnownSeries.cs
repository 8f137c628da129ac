using System.Diagnostics.Metrics;
using AuthorizationServer.Admin;
using OpenTelemetry.Metrics;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Observability;

/// <summary>Starts each series at zero as soon as its counter exists. To Prometheus, a counter that first appears with one has not risen, so the
/// very first reuse would raise no alert.</summary>
internal sealed class KnownSeries : IHostedService, IDisposable
{
    private readonly MeterListener _listener = new();

    /// <summary>The exporter and the counters must listen before the zeros come, so they are created first.</summary>
    public KnownSeries(MeterProvider exporter, LiveCounters counters)
    {
        (_, _) = (exporter, counters);
        _listener.InstrumentPublished = static (instrument, _) =>
        {
            if (instrument is Counter<long> counter && instrument.Meter.Name == RotationTelemetry.MeterName)
            {
                foreach (var labels in Of(instrument.Name))
                {
                    counter.Add(0, labels);
                }
            }
        };
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private static IEnumerable<KeyValuePair<string, object?>[]> Of(string instrument) => instrument switch
    {
        RotationTelemetry.Exchanges => Each("outcome", Enum.GetValues<ExchangeOutcome>().Select(ReasonCodes.ToCode)),
        RotationTelemetry.Rejections => Each("reason", Enum.GetValues<RejectionReason>().Select(ReasonCodes.ToCode)),
        RotationTelemetry.Revocations => Each("reason", Enum.GetValues<RevocationReason>().Select(ReasonCodes.ToCode)),
        RotationTelemetry.DroppedEvents => Each("lane", ["changes", "repeats"]),
        RotationTelemetry.Reuses => Each("shadow", ["false", "true"]),
        ResourceServerTelemetry.Refusals => Each("reason", ["ended", "inactive", "malformed", "no_family", "other_tenant"]),
        ResourceServerTelemetry.Unavailable => Each("allowed", ["false", "true"]),
        ResourceServerTelemetry.Confirmations => Each("failed", ["false", "true"]),
        EndpointTelemetry.AuthenticationFailures =>
        [
            [new("method", "client_secret"), new("reason", "wrong_secret")],
            [new("method", "none"), new("reason", "unknown_client")],
            [new("method", "dpop"), new("reason", "clock")],
        ],
        EndpointTelemetry.SecurityEventsLost => Each("reason", ["overflow", "refused"]),
        RotationTelemetry.Issues or RotationTelemetry.Evictions or RotationTelemetry.Pruned
            or RotationTelemetry.StoreConflicts => [[]],
        _ => [],
    };

    private static IEnumerable<KeyValuePair<string, object?>[]> Each(string label, IEnumerable<string> values) =>
        values.Select(value => (KeyValuePair<string, object?>[])[new(label, value)]);
}
