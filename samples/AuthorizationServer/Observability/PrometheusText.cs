using System.Globalization;
using System.Text;

namespace AuthorizationServer.Observability;

/// <summary>Writes metrics in the text exposition format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics)
        {
            var isHistogram = metric.Bounds is not null;
            text.Append("# HELP ").Append(metric.Name).Append(' ').Append(Escape(metric.Help, isLabel: false)).Append('\n');
            text.Append("# TYPE ").Append(metric.Name).Append(isHistogram ? " histogram\n" : " counter\n");
            foreach (var series in metric.Series)
            {
                if (isHistogram)
                {
                    WriteHistogram(text, metric, series);
                }
                else
                {
                    WriteSample(text, metric.Name, series.Labels, series.Value);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>The name of an instrument: <c>a.b</c> in seconds becomes <c>a_b_seconds</c>, and a counter ends with <c>_total</c>. Units that only
    /// annotate (<c>{family}</c>) are left out.</summary>
    public static string NameOf(string instrument, string? unit, bool isCounter)
    {
        var suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => string.Empty,
        };
        return Clean(instrument) + suffix + (isCounter ? "_total" : string.Empty);
    }

    /// <summary>Labels as they stand between a name and its value; nothing if there are none.</summary>
    public static string Labels(IReadOnlyList<KeyValuePair<string, string>> labels) => labels.Count == 0
        ? string.Empty
        : $"{{{string.Join(',', labels.Select(label => $"{Clean(label.Key)}=\"{Escape(label.Value, isLabel: true)}\""))}}}";

    private static void WriteHistogram(StringBuilder text, Metric metric, Series series)
    {
        var (sum, cumulative) = series.Read();
        for (var i = 0; i < cumulative.Length; i++)
        {
            var bound = i < metric.Bounds!.Length ? Number(metric.Bounds[i]) : "+Inf";
            WriteSample(text, metric.Name + "_bucket", [.. series.Labels, new("le", bound)], cumulative[i]);
        }

        WriteSample(text, metric.Name + "_sum", series.Labels, sum);
        WriteSample(text, metric.Name + "_count", series.Labels, cumulative[^1]);
    }

    private static void WriteSample(StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> labels, double value) =>
        text.Append(name).Append(Labels(labels)).Append(' ').Append(Number(value)).Append('\n');

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    private static string Escape(string text, bool isLabel)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
