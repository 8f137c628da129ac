using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AuthorizationServer.Observability;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Operator.Support;

/// <summary>What a scrape tells of the library, without what the exporter says of itself.</summary>
internal sealed partial class Exposition
{
    private readonly List<Sample> _samples = [];
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    public IReadOnlyList<Sample> Samples => _samples;

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Every name that a query may use: a histogram has three.</summary>
    public IEnumerable<string> QueryNames =>
        _types.SelectMany(type => type.Value == "histogram" ? [$"{type.Key}_bucket", $"{type.Key}_sum", $"{type.Key}_count"] : (string[])[type.Key]);

    public static async Task<Exposition> ScrapeAsync(Backend backend, string? token = null)
    {
        var reply = await backend.GetAsync(MetricsEndpoint.Path, token);
        reply.Status.Should().Be(HttpStatusCode.OK);
        reply.ContentType.Should().Be("text/plain");
        reply.Header("Cache-Control").Should().Be("no-store");
        return Parse(reply.Text);
    }

    /// <summary>A scrape in which every metric is: a histogram, and the counter of failed authentications, appear with their first value.</summary>
    public static async Task<Exposition> ScrapeAllAsync(Backend backend)
    {
        var issued = await backend.PasswordAsync();
        (await backend.GetAsync("/userinfo", issued["access_token"])).Status.Should().Be(HttpStatusCode.OK);
        await backend.RefreshAsync("legacy", issued["refresh_token"]!);
        (await backend.RefreshAsync("legacy", issued["refresh_token"]!)).Status.Should().Be(HttpStatusCode.BadRequest, "it is a reuse");
        (await backend.RefreshAsync("nobody", "x"))["error"].Should().Be("invalid_client");
        return await ScrapeAsync(backend);
    }

    public double Value(string name, params (string Name, string Value)[] labels) => _samples
        .Single(sample => sample.Name == name && sample.Labels.Count == labels.Length && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value))
        .Value;

    private static Exposition Parse(string text)
    {
        var exposition = new Exposition();
        foreach (var line in text.Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } typed)
            {
                exposition._types.Add(typed.Groups["name"].Value, typed.Groups["type"].Value);
            }
            else if (SampleLine().Match(line) is { Success: true } sample)
            {
                var labels = Label().Matches(sample.Groups["labels"].Value).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value, StringComparer.Ordinal);
                labels.Remove("otel_scope_name").Should().BeTrue("docs/dashboard.md says so");
                exposition._samples.Add(new(sample.Groups["name"].Value, labels, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture)));
            }
        }

        return exposition;
    }

    [GeneratedRegex(@"^# TYPE (?<name>refresh_token_rotation_\w+) (?<type>\w+)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?<name>refresh_token_rotation_\w+)\{(?<labels>.*)\} (?<value>\S+)\z")]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
