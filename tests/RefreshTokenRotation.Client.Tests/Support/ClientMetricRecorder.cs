using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.Client.Tests.Support;

/// <summary>The instruments of the client that were used, with their tags.</summary>
internal sealed class ClientMetricRecorder : IDisposable
{
    private readonly MeterListener _listener = new();

    public ClientMetricRecorder()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == RefreshTokenClientTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        _listener.Start();
    }

    public ConcurrentQueue<string> Seen { get; } = [];

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Seen.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))}");
}
