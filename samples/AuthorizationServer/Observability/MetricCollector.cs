using System.Diagnostics.Metrics;
using RefreshTokenRotation;

namespace AuthorizationServer.Observability;

/// <summary>Listens to the library's meter and keeps what it says, for the scraper and for the administrator's page.</summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly Dictionary<string, Metric> _metrics = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricCollector(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Another host in this process has a factory, and so a meter, of its own.
            if (instrument.Meter.Name == RotationTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, factory) && Metric.Of(instrument) is { } metric)
            {
                lock (_metrics)
                {
                    _metrics[instrument.Name] = metric;
                }

                listener.EnableMeasurementEvents(instrument, metric);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Every metric, by its name.</summary>
    public IReadOnlyList<Metric> Metrics
    {
        get
        {
            lock (_metrics)
            {
                return [.. _metrics.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The metric of an instrument (<see cref="RotationTelemetry"/>); null if there is none.</summary>
    public Metric? Find(string instrument)
    {
        lock (_metrics)
        {
            return _metrics.GetValueOrDefault(instrument);
        }
    }

    public void Dispose() => _listener.Dispose();
}
