using System.Reflection;
using RefreshTokenRotation.Tests.HouseRules;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Documentation;

/// <summary>The page on events lists every event and every instrument.</summary>
[TestFixture]
internal sealed class EventPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs", "events.md"));

    [Test]
    public void Page_lists_every_instrument()
    {
        var names = Libraries.All.SelectMany(library => library.GetExportedTypes()).Where(type => type.Name.EndsWith("Telemetry", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(field => (string)field.GetValue(null)!)
            .Where(name => name.StartsWith("refresh_token", StringComparison.Ordinal)).ToList();

        names.Should().HaveCountGreaterThan(15);
        names.Where(name => !Page.Contains($"| `{name}` |", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Test]
    public void Page_lists_every_event()
    {
        typeof(RefreshTokenEvent).GetNestedTypes().Select(type => type.Name).Where(name => !Page.Contains($"| `{name}` |", StringComparison.Ordinal)).Should().BeEmpty();
    }
}
