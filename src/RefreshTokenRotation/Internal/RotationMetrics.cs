using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Internal;

/// <summary>The library's instruments. Tags are few and low in cardinality; an instrument that nobody listens to costs a branch.</summary>
internal sealed class RotationMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _issues;
    private readonly Counter<long> _exchanges;
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _reuses;
    private readonly Histogram<long> _reuseAge;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _revocations;
    private readonly Counter<long> _pruned;
    private readonly Counter<long> _droppedEvents;
    private readonly Counter<long> _conflicts;
    private readonly Histogram<double> _exchangeDuration;
    private readonly Histogram<double> _storeDuration;

    public RotationMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(RotationTelemetry.MeterName) ?? new Meter(RotationTelemetry.MeterName);
        _issues = _meter.CreateCounter<long>(RotationTelemetry.Issues, "{family}", "Families started.");
        _exchanges = _meter.CreateCounter<long>(RotationTelemetry.Exchanges, "{exchange}", "Successful exchanges, by outcome.");
        _rejections = _meter.CreateCounter<long>(RotationTelemetry.Rejections, "{exchange}", "Refused tokens, by reason.");
        _reuses = _meter.CreateCounter<long>(RotationTelemetry.Reuses, "{exchange}", "Invalidated tokens that came back.");
        _reuseAge = _meter.CreateHistogram<long>(RotationTelemetry.ReuseAge, "{generation}", "How old a replayed token claims to be.");
        _evictions = _meter.CreateCounter<long>(RotationTelemetry.Evictions, "{family}", "Families that the cap ended.");
        _revocations = _meter.CreateCounter<long>(RotationTelemetry.Revocations, "{family}", "Families that were revoked, by reason.");
        _pruned = _meter.CreateCounter<long>(RotationTelemetry.Pruned, "{family}", "Ended families that were deleted.");
        _droppedEvents = _meter.CreateCounter<long>(RotationTelemetry.DroppedEvents, "{event}", "Events that a slow handler lost.");
        _conflicts = _meter.CreateCounter<long>(RotationTelemetry.StoreConflicts, "{conflict}", "Compare-and-swaps that met another write.");
        _exchangeDuration = _meter.CreateHistogram<double>(RotationTelemetry.ExchangeDuration, "s", "An exchange as a whole, by result.");
        _storeDuration = _meter.CreateHistogram<double>(RotationTelemetry.StoreDuration, "s", "One call of the store, by operation.");
    }

    public bool MeasuresExchanges => _exchangeDuration.Enabled;

    public bool MeasuresStore => _storeDuration.Enabled;

    public void Issued() => _issues.Add(1);

    public void Exchanged(ExchangeOutcome outcome)
    {
        if (_exchanges.Enabled)
        {
            _exchanges.Add(1, Tag("outcome", outcome.ToCode()));
        }
    }

    public void Rejected(RejectionReason reason)
    {
        if (_rejections.Enabled)
        {
            _rejections.Add(1, Tag("reason", reason.ToCode()));
        }
    }

    public void ReuseDetected(bool revoked, long age)
    {
        if (_reuses.Enabled)
        {
            _reuses.Add(1, Tag("shadow", !revoked));
        }

        _reuseAge.Record(Math.Max(0, age));
    }

    public void Evicted() => _evictions.Add(1);

    public void Revoked(RevocationReason reason, long count)
    {
        if (_revocations.Enabled)
        {
            _revocations.Add(count, Tag("reason", reason.ToCode()));
        }
    }

    public void Pruned(int count) => _pruned.Add(count);

    public void EventDropped() => _droppedEvents.Add(1);

    public void Conflict() => _conflicts.Add(1);

    public void ExchangeTook(TimeSpan duration, string result) => _exchangeDuration.Record(duration.TotalSeconds, Tag("result", result));

    public void StoreCallTook(TimeSpan duration, string operation, bool failed) =>
        _storeDuration.Record(duration.TotalSeconds, Tag("operation", operation), Tag("failed", failed));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string key, object value) => new(key, value);
}
