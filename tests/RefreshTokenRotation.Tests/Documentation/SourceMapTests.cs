using System.Text.RegularExpressions;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The map of the source leads to files that are there.</summary>
public sealed partial class SourceMapTests
{
    [Test]
    public void Every_link_of_the_map_leads_somewhere()
    {
        var targets = Link().Matches(File.ReadAllText(Repository.PathOf("src", "README.md"))).Select(match => match.Groups[1].Value).ToList();

        targets.Should().HaveCountGreaterThan(10);
        targets.Select(target => Repository.PathOf("src", target)).Where(path => !File.Exists(path) && !Directory.Exists(path)).Should().BeEmpty();
    }

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
