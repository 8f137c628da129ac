using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The instruments of <see cref="ResourceServerTelemetry"/>.</summary>
internal sealed class ResourceServerMetrics : IDisposable
{
    /// <summary>In seconds: up to the longest cache time.</summary>
    private static readonly InstrumentAdvice<double> Ages = new()
    {
        HistogramBucketBoundaries = [0, 0.1, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300, 900, 3600],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _unavailable;
    private readonly Counter<long> _confirmations;
    private readonly Histogram<double> _answerAge;

    public ResourceServerMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(RotationTelemetry.MeterName) ?? new Meter(RotationTelemetry.MeterName);
        _refusals = _meter.CreateCounter<long>(ResourceServerTelemetry.Refusals, "{request}", "Requests that were refused, by reason.");
        _unavailable = _meter.CreateCounter<long>(ResourceServerTelemetry.Unavailable, "{request}", "Requests for which the source had no answer.");
        _confirmations = _meter.CreateCounter<long>(ResourceServerTelemetry.Confirmations, "{generation}", "Uses that were reported to the store.");
        _answerAge = _meter.CreateHistogram<double>(
            ResourceServerTelemetry.AnswerAge, "s", "How old the answer was by which a request passed.", [], Ages);
    }

    public void Refused(string reason) => Add(_refusals, new("reason", reason));

    public void StatusUnknown(bool allowed) => Add(_unavailable, Tag("allowed", allowed));

    public void Confirmed(bool failed) => Add(_confirmations, Tag("failed", failed));

    public void Allowed(TimeSpan answerAge)
    {
        try
        {
            _answerAge.Record(answerAge.TotalSeconds);
        }
#pragma warning disable RCS1075 // There is nobody left to tell.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, bool value) => new(name, value ? "true" : "false");

    /// <summary>A listener that throws must not decide about a request.</summary>
    private static void Add(Counter<long> counter, KeyValuePair<string, object?> tag)
    {
        try
        {
            counter.Add(1, tag);
        }
#pragma warning disable RCS1075 // There is nobody left to tell.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}
