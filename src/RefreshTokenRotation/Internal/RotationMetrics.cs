using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Internal;

/// <summary>The library's instruments. Tags are few and low in cardinality; an instrument that nobody listens to costs a branch.</summary>
internal sealed class RotationMetrics(Meter meter) : IDisposable
{
    /// <summary>In seconds: from a hit in memory to a database that is about to time out.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Counter<long> _issues = meter.CreateCounter<long>(RotationTelemetry.Issues, "{family}", "Families started.");
    private readonly Counter<long> _exchanges = meter.CreateCounter<long>(RotationTelemetry.Exchanges, "{exchange}", "Successful exchanges, by outcome.");
    private readonly Counter<long> _rejections = meter.CreateCounter<long>(RotationTelemetry.Rejections, "{exchange}", "Rejected tokens, by reason.");
    private readonly Counter<long> _reuses = meter.CreateCounter<long>(RotationTelemetry.Reuses, "{exchange}", "Invalidated tokens that came back.");
    private readonly Histogram<long> _reuseAge = meter.CreateHistogram<long>(RotationTelemetry.ReuseAge, "{generation}", "How old a replayed token claims to be.");
    private readonly Counter<long> _evictions = meter.CreateCounter<long>(RotationTelemetry.Evictions, "{family}", "Families that the cap evicted.");
    private readonly Counter<long> _revocations = meter.CreateCounter<long>(RotationTelemetry.Revocations, "{family}", "Families that were revoked, by reason.");
    private readonly Counter<long> _pruned = meter.CreateCounter<long>(RotationTelemetry.Pruned, "{family}", "Ended families that were deleted.");
    private readonly Counter<long> _droppedEvents = meter.CreateCounter<long>(RotationTelemetry.DroppedEvents, "{event}", "Events that were dropped because a handler was slow or had stopped.");
    private readonly Counter<long> _conflicts = meter.CreateCounter<long>(RotationTelemetry.StoreConflicts, "{conflict}", "Compare-and-swaps that lost to another write.");
    private readonly Histogram<double> _exchangeDuration = meter.CreateHistogram<double>(RotationTelemetry.ExchangeDuration, "s", "The duration of a whole exchange, by result.", [], Durations);
    private readonly Histogram<double> _storeDuration = meter.CreateHistogram<double>(RotationTelemetry.StoreDuration, "s", "The duration of a store call, by operation.", [], Durations);

    public bool MeasuresExchanges => _exchangeDuration.Enabled;

    public bool MeasuresStore => _storeDuration.Enabled;

    public void Issued() => _issues.TryAdd(1);

    public void Exchanged(ExchangeOutcome outcome) => _exchanges.TryAdd(1, Tag("outcome", outcome.ToCode()));

    public void Rejected(RejectionReason reason) => _rejections.TryAdd(1, Tag("reason", reason.ToCode()));

    public void ReuseDetected(bool revoked, long age)
    {
        _reuses.TryAdd(1, Tag("shadow", revoked ? "false" : "true"));
        _reuseAge.TryRecord(Math.Max(0, age));
    }

    public void Evicted() => _evictions.TryAdd(1);

    public void Revoked(RevocationReason reason, long count) => _revocations.TryAdd(count, Tag("reason", reason.ToCode()));

    public void Pruned(int count) => _pruned.TryAdd(count);

    public void EventDropped(bool repeatable) => _droppedEvents.TryAdd(1, Tag("lane", repeatable ? "repeats" : "changes"));

    public void Conflict() => _conflicts.TryAdd(1);

    public void ExchangeTook(TimeSpan duration, string result) =>
        _exchangeDuration.TryRecord(duration.TotalSeconds, Tag("result", result));

    public void StoreCallTook(TimeSpan duration, string operation, bool failed) =>
        _storeDuration.TryRecord(duration.TotalSeconds, Tag("operation", operation), Tag("failed", failed ? "true" : "false"));

    /// <summary>The advisor's instruments, which only a host with an advisor has.</summary>
    public void ObserveAdvisor(Func<IEnumerable<Measurement<long>>> families, Func<IEnumerable<Measurement<long>>> exchanges)
    {
        meter.CreateObservableGauge(RotationTelemetry.AdvisorFamilies, families, "{family}", "Families that the advisor saw lately, and log-outs by preset.");
        meter.CreateObservableGauge(RotationTelemetry.AdvisorExchanges, exchanges, "{exchange}", "Exchanges that the advisor saw lately, by kind.");
    }

    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
