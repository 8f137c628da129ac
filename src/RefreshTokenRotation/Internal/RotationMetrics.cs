using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Internal;

/// <summary>The library's instruments. Tags are few and low in cardinality; an instrument that nobody listens to costs a branch.</summary>
internal sealed class RotationMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _issued;
    private readonly Counter<long> _exchanged;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _reused;
    private readonly Counter<long> _evicted;
    private readonly Counter<long> _revoked;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _droppedEvents;
    private readonly Histogram<long> _replayedAge;

    public RotationMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(RotationTelemetry.MeterName) ?? new Meter(RotationTelemetry.MeterName);
        _issued = Counter("families.issued", "{family}", "Families started.");
        _exchanged = Counter("exchanges", "{exchange}", "Successful exchanges, by outcome.");
        _rejected = Counter("rejections", "{exchange}", "Refused tokens, by reason.");
        _reused = Counter("reuse.detected", "{exchange}", "Invalidated tokens that came back.");
        _evicted = Counter("families.evicted", "{family}", "Families that the cap ended.");
        _revoked = Counter("families.revoked", "{family}", "Families that were revoked, by reason.");
        _conflicts = Counter("store.conflicts", "{conflict}", "Compare-and-swaps that met another write.");
        _droppedEvents = Counter("events.dropped", "{event}", "Events that a slow handler lost.");
        _replayedAge = _meter.CreateHistogram<long>(
            "refresh_token_rotation.reuse.age", "{generation}", "How many generations old a replayed token claims to be.");
    }

    public void Issued() => _issued.Add(1);

    public void Exchanged(ExchangeOutcome outcome)
    {
        if (_exchanged.Enabled)
        {
            _exchanged.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToCode()));
        }
    }

    public void Rejected(RejectionReason reason)
    {
        if (_rejected.Enabled)
        {
            _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason.ToCode()));
        }
    }

    public void ReuseDetected(bool revoked, long age)
    {
        if (_reused.Enabled)
        {
            _reused.Add(1, new KeyValuePair<string, object?>("shadow", !revoked));
        }

        _replayedAge.Record(Math.Max(0, age));
    }

    public void Evicted() => _evicted.Add(1);

    public void Revoked(RevocationReason reason, long count)
    {
        if (_revoked.Enabled)
        {
            _revoked.Add(count, new KeyValuePair<string, object?>("reason", reason.ToCode()));
        }
    }

    public void Conflict() => _conflicts.Add(1);

    public void EventDropped() => _droppedEvents.Add(1);

    public void Dispose() => _meter.Dispose();

    private Counter<long> Counter(string name, string unit, string description) =>
        _meter.CreateCounter<long>("refresh_token_rotation." + name, unit, description);
}
