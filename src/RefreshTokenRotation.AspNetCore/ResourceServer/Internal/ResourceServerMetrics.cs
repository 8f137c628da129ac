using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The instruments of <see cref="ResourceServerTelemetry"/>.</summary>
internal sealed class ResourceServerMetrics(Meter meter) : IDisposable
{
    /// <summary>In seconds: up to the longest cache time.</summary>
    private static readonly InstrumentAdvice<double> Ages = new()
    {
        HistogramBucketBoundaries = [0, 0.1, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300, 900, 3600],
    };

    private readonly Counter<long> _refusals = meter.CreateCounter<long>(ResourceServerTelemetry.Refusals, "{request}", "Requests that were rejected, by reason.");
    private readonly Counter<long> _unavailable = meter.CreateCounter<long>(ResourceServerTelemetry.Unavailable, "{request}", "Requests that came while the source failed.");
    private readonly Counter<long> _confirmations = meter.CreateCounter<long>(ResourceServerTelemetry.Confirmations, "{generation}", "Uses that were reported to the store.");
    private readonly Histogram<double> _answerAge = meter.CreateHistogram<double>(ResourceServerTelemetry.AnswerAge, "s", "Age of the lookup result by which a request passed.", [], Ages);

    public void Refused(string reason) => _refusals.TryAdd(1, new KeyValuePair<string, object?>("reason", reason));

    public void StatusUnknown(bool allowed) => _unavailable.TryAdd(1, Tag("allowed", allowed));

    public void Confirmed(bool failed) => _confirmations.TryAdd(1, Tag("failed", failed));

    public void Allowed(TimeSpan answerAge) => _answerAge.TryRecord(answerAge.TotalSeconds);

    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, bool value) => new(name, value ? "true" : "false");
}
