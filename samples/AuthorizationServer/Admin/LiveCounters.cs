using AuthorizationServer.Observability;
using RefreshTokenRotation;

namespace AuthorizationServer.Admin;

/// <summary>Reads the counters that an administrator watches from the library's meter.</summary>
internal sealed class LiveCounters(MetricCollector collector)
{
    public LiveReading Read()
    {
        var exchanges = By(RotationTelemetry.Exchanges);
        var rejections = By(RotationTelemetry.Rejections);
        var totals = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["issues"] = Total(RotationTelemetry.Issues),
            ["rotations"] = Of(ExchangeOutcome.Rotated) + Of(ExchangeOutcome.ConvertedToRotating) + Of(ExchangeOutcome.ConvertedToReusable),
            ["reissues"] = Of(ExchangeOutcome.Reissued),
            ["recoveries"] = Of(ExchangeOutcome.Recovered),
            ["reuses"] = Total(RotationTelemetry.Reuses),
            ["evictions"] = Total(RotationTelemetry.Evictions),
            ["rejections"] = rejections.Values.Sum(),
            ["uses"] = Of(ExchangeOutcome.Used),
        };
        return new LiveReading(totals, rejections);

        long Of(ExchangeOutcome outcome) => exchanges.GetValueOrDefault(outcome.ToCode());
    }

    private Dictionary<string, long> By(string instrument) =>
        collector.Find(instrument)?.Series.ToDictionary(series => series.Labels[0].Value, series => (long)series.Value, StringComparer.Ordinal) ?? [];

    private long Total(string instrument) => (long)(collector.Find(instrument)?.Series.Sum(series => series.Value) ?? 0);
}
