using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using RefreshTokenRotation;

namespace AuthorizationServer.Admin;

/// <summary>Listens to the counters of the library's meter that an administrator watches.</summary>
internal sealed class LiveCounters : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, string Label), long> _counts = new();
    private readonly MeterListener _listener = new();

    public LiveCounters(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Another host in this process has a factory, and so a meter, of its own.
            if (instrument is Counter<long> && instrument.Meter.Name == RotationTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _counts.AddOrUpdate((instrument.Name, tags is [var tag] ? $"{tag.Value}" : string.Empty), value, (_, count) => count + value));
        _listener.Start();
    }

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

    public void Dispose() => _listener.Dispose();

    private Dictionary<string, long> By(string instrument) =>
        _counts.Where(count => count.Key.Instrument == instrument).ToDictionary(count => count.Key.Label, count => count.Value, StringComparer.Ordinal);

    private long Total(string instrument) => By(instrument).Values.Sum();
}
