using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Internal;

/// <summary>The library's instruments. Tags are few and low in cardinality; an instrument that nobody listens to costs a branch.</summary>
internal sealed class RotationMetrics : IDisposable
{
    /// <summary>In seconds: from a hit in memory to a database that is about to time out.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

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
        _exchangeDuration = _meter.CreateHistogram<double>(RotationTelemetry.ExchangeDuration, "s", "An exchange as a whole, by result.", [], Durations);
        _storeDuration = _meter.CreateHistogram<double>(RotationTelemetry.StoreDuration, "s", "One call of the store, by operation.", [], Durations);
    }

    public bool MeasuresExchanges => _exchangeDuration.Enabled;

    public bool MeasuresStore => _storeDuration.Enabled;

    public void Issued() => Count(_issues, 1);

    public void Exchanged(ExchangeOutcome outcome) => Count(_exchanges, 1, "outcome", outcome.ToCode());

    public void Rejected(RejectionReason reason) => Count(_rejections, 1, "reason", reason.ToCode());

    public void ReuseDetected(bool revoked, long age)
    {
        Count(_reuses, 1, "shadow", revoked ? "false" : "true");
        Record(_reuseAge, Math.Max(0, age), []);
    }

    public void Evicted() => Count(_evictions, 1);

    public void Revoked(RevocationReason reason, long count) => Count(_revocations, count, "reason", reason.ToCode());

    public void Pruned(int count) => Count(_pruned, count);

    public void EventDropped(bool repeatable) => Count(_droppedEvents, 1, "lane", repeatable ? "repeats" : "changes");

    public void Conflict() => Count(_conflicts, 1);

    public void ExchangeTook(TimeSpan duration, string result) => Record(_exchangeDuration, duration.TotalSeconds, [new("result", result)]);

    public void StoreCallTook(TimeSpan duration, string operation, bool failed) =>
        Record(_storeDuration, duration.TotalSeconds, [new("operation", operation), new("failed", failed ? "true" : "false")]);

    public void Dispose() => _meter.Dispose();

    private static void Count(Counter<long> counter, long value)
    {
        if (counter.Enabled)
        {
            Add(counter, value, []);
        }
    }

    private static void Count(Counter<long> counter, long value, string tag, string tagValue)
    {
        if (counter.Enabled)
        {
            Add(counter, value, [new(tag, tagValue)]);
        }
    }

    /// <summary>A listener that throws must not undo an answer whose row is written: its failures end here.</summary>
    private static void Add(Counter<long> counter, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(value, tags);
        }
#pragma warning disable RCS1075 // There is nobody left to tell.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }

    private static void Record<T>(Histogram<T> histogram, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct
    {
        try
        {
            histogram.Record(value, tags);
        }
#pragma warning disable RCS1075 // There is nobody left to tell.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}
