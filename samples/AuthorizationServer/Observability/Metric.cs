using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AuthorizationServer.Observability;

/// <summary>An instrument under the name that Prometheus knows it by, with a series for each combination of its labels.</summary>
internal sealed class Metric
{
    /// <summary>For a histogram that advises no bounds of its own.</summary>
    private static readonly double[] DefaultBounds = [0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    private Metric(string name, string help, double[]? bounds)
    {
        Name = name;
        Help = help;
        Bounds = bounds;
    }

    public string Name { get; }

    public string Help { get; }

    /// <summary>The upper bounds of a histogram's buckets, without the last one, which has none; null for a counter.</summary>
    public double[]? Bounds { get; }

    /// <summary>The series, by their labels.</summary>
    public IEnumerable<Series> Series => _series.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    /// <summary>The metric of an instrument; null if it is neither a counter nor a histogram.</summary>
    public static Metric? Of(Instrument instrument)
    {
        var bounds = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds,
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray() ?? DefaultBounds,
            _ => null,
        };
        if (bounds is null && instrument is not (Counter<long> or Counter<double>))
        {
            return null;
        }

        var name = PrometheusText.NameOf(instrument.Name, instrument.Unit, isCounter: bounds is null);
        var metric = new Metric(name, instrument.Description ?? string.Empty, bounds);
        foreach (var labels in KnownSeries.Of(instrument.Name))
        {
            metric.Find(labels);
        }

        return metric;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new KeyValuePair<string, string>[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            labels[i] = new(tags[i].Key, tags[i].Value?.ToString() ?? string.Empty);
        }

        Find(labels).Record(value);
    }

    private Series Find(KeyValuePair<string, string>[] labels) =>
        _series.GetOrAdd(PrometheusText.Labels(labels), static (_, argument) => new Series(argument.labels, argument.Bounds), (labels, Bounds));
}
