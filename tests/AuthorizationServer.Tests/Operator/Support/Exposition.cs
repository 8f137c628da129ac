using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthorizationServer.Tests.Operator.Support;

/// <summary>Reads the text exposition format 0.0.4 and fails at whatever a strict reader could take offence at.</summary>
internal sealed partial class Exposition
{
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Every name that a query may use: a histogram has three.</summary>
    public IEnumerable<string> QueryNames =>
        _types.SelectMany(type => type.Value == "histogram" ? [$"{type.Key}_bucket", $"{type.Key}_sum", $"{type.Key}_count"] : (string[])[type.Key]);

    public static Exposition Parse(string text)
    {
        var exposition = new Exposition();
        text.Should().EndWith("\n").And.NotContain("\r");
        string? help = null, metric = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } described)
            {
                help = described.Groups["name"].Value;
            }
            else if (TypeLine().Match(line) is { Success: true } typed)
            {
                metric = typed.Groups["name"].Value;
                metric.Should().Be(help, "each type follows its help");
                exposition._types.TryAdd(metric, typed.Groups["type"].Value).Should().BeTrue("{0} is described once", metric);
            }
            else
            {
                exposition.Read(line, metric);
            }
        }

        exposition.CheckHistograms();
        return exposition;
    }

    public double Value(string name, params (string Name, string Value)[] labels) => _samples
        .Single(sample => sample.Name == name && sample.Labels.Count == labels.Length && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value))
        .Value;

    private void Read(string line, string? metric)
    {
        var match = SampleLine().Match(line);
        match.Success.Should().BeTrue("'{0}' is a sample", line);
        var name = match.Groups["name"].Value;
        var type = metric is null ? null : _types[metric];
        var names = type == "histogram" ? [$"{metric}_bucket", $"{metric}_sum", $"{metric}_count"] : new[] { metric };
        names.Should().Contain(name, "samples stand below their type");
        _series.Add($"{name}{match.Groups["labels"].Value}").Should().BeTrue("'{0}' comes once", line);
        var labels = Label().Matches(match.Groups["labels"].Value)
            .ToDictionary(label => label.Groups["name"].Value, label => Unescape(label.Groups["value"].Value), StringComparer.Ordinal);
        var value = double.Parse(match.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        value.Should().BeGreaterOrEqualTo(0);
        if (type == "counter")
        {
            name.Should().EndWith("_total");
        }

        _samples.Add(new Sample(name, labels, value));
    }

    private void CheckHistograms()
    {
        foreach (var (name, _) in _types.Where(type => type.Value == "histogram"))
        {
            foreach (var series in _samples.Where(sample => sample.Name == $"{name}_bucket").GroupBy(Key))
            {
                series.Select(bucket => Bound(bucket.Labels["le"])).Should().BeInAscendingOrder().And.EndWith(double.PositiveInfinity).And.OnlyHaveUniqueItems();
                series.Select(bucket => bucket.Value).Should().BeInAscendingOrder();
                _samples.Single(sample => sample.Name == $"{name}_count" && Key(sample) == series.Key).Value.Should().Be(series.Last().Value);
                _samples.Count(sample => sample.Name == $"{name}_sum" && Key(sample) == series.Key).Should().Be(1);
            }
        }
    }

    private static string Key(Sample sample) => string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal));

    private static double Bound(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private static string Unescape(string text) => Escape().Replace(text, escape => escape.Value == "\\n" ? "\n" : escape.Value[1..]);

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+\z")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|histogram)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\[\\""n])*""(?:,[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\[\\""n])*"")*\})? (?<value>[0-9.eE+-]+)\z")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>(?:[^""\\]|\\[\\""n])*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\[\\""n]")]
    private static partial Regex Escape();
}
