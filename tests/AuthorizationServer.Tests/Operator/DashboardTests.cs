using System.Text.RegularExpressions;
using AuthorizationServer.Tests.Operator.Support;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>The queries of <c>docs/dashboard.md</c> ask for what there is.</summary>
[TestFixture]
internal sealed partial class DashboardTests
{
    private static readonly string Text =
        File.ReadAllText(Repository.PathOf("docs", "dashboard.md")).Replace("\\|", "|", StringComparison.Ordinal); // as tables write it

    private Exposition _exposition = null!;

    [OneTimeSetUp]
    public async Task ScrapeAsync()
    {
        using var backend = new Backend(SharedServer.Origin);
        _exposition = await Exposition.ScrapeAllAsync(backend);
    }

    [Test]
    public void Every_metric_of_a_query_exists()
    {
        var names = Name().Matches(Text).Select(match => match.Value).Distinct().ToList();

        names.Should().HaveCountGreaterThan(10);
        names.Should().BeSubsetOf(_exposition.QueryNames);
    }

    [Test]
    public void Every_counter_has_a_place()
    {
        var counters = _exposition.Types.Where(type => type.Value == "counter").Select(type => type.Key);

        Name().Matches(Text).Select(match => match.Value).Should().Contain(counters);
    }

    [Test]
    public void Every_label_of_a_counter_in_a_query_exists()
    {
        var selectors = Selector().Matches(Text).Where(match => match.Groups["name"].Value.EndsWith("_total", StringComparison.Ordinal)).ToList();

        selectors.Should().NotBeEmpty();
        foreach (var selector in selectors)
        {
            foreach (var value in selector.Groups["value"].Value.Split('|'))
            {
                _exposition.Samples.Should().Contain(
                    sample => sample.Name == selector.Groups["name"].Value && sample.Labels.GetValueOrDefault(selector.Groups["label"].Value) == value,
                    "the dashboard asks for {0}", selector.Value);
            }
        }
    }

    [GeneratedRegex(@"refresh_token_rotation_\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<name>refresh_token_rotation_\w+)\{(?<label>\w+)(?:=|!=|=~)""(?<value>[^""]*)""\}")]
    private static partial Regex Selector();
}
