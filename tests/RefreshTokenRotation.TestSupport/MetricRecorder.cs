using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Listens to a meter, by default the library's of one engine, and keeps every measurement.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _measurements = new();

    /// <summary>Only meters that are created after this recorder are heard, so that parallel fixtures keep apart.</summary>
    public MetricRecorder(params string[] instruments)
        : this(instruments, RotationTelemetry.MeterName)
    {
    }

    private MetricRecorder(string[] instruments, string meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (string.Equals(instrument.Meter.Name, meter, StringComparison.Ordinal)
                && (instruments.Length == 0 || instruments.Contains(instrument.Name, StringComparer.Ordinal)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyCollection<(string Instrument, double Value, string Tags)> All => _measurements;

    /// <summary>Listens to a meter of this name.</summary>
    public static MetricRecorder OfMeter(string name) => new([], name);

    public IEnumerable<(string Instrument, double Value, string Tags)> Of(string instrument) =>
        _measurements.Where(measurement => string.Equals(measurement.Instrument, instrument, StringComparison.Ordinal));

    public double Sum(string instrument, string tags = "") =>
        Of(instrument).Where(measurement => string.Equals(measurement.Tags, tags, StringComparison.Ordinal)).Sum(measurement => measurement.Value);

    /// <summary>Asks the observable instruments.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(',', tags.ToArray().Select(tag => FormattableString.Invariant($"{tag.Key}={tag.Value}")));
        _measurements.Enqueue((instrument.Name, value, text));
    }
}
