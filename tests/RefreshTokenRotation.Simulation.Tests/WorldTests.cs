using System.Globalization;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>The real engine in every default world. Each world is explored once.</summary>
[TestFixture]
internal sealed class WorldTests
{
    private static readonly Dictionary<string, Lazy<(Findings Findings, Universe Universe)>> Explored = WorldTable.Default.ToDictionary(
        world => world.Name, world => new Lazy<(Findings, Universe)>(() => ToTheEnd(new Explorer(world))), StringComparer.Ordinal);

    private static IEnumerable<string> Names => WorldTable.Default.Select(world => world.Name);

    /// <summary>What the exploration of a default world found, and every row and token of it.</summary>
    public static (Findings Findings, Universe Universe) Explore(string name) => Explored[name].Value;

    [TestCaseSource(nameof(Names))]
    public void World_explored_to_its_end_breaks_no_rule(string name)
    {
        var findings = Explored[name].Value.Findings;

        TestContext.Out.WriteLine(findings.Row);
        findings.Broken.Should().BeNull("{0}", findings.Story);
        findings.IsComplete.Should().BeTrue();
        findings.States.Should().BeGreaterThan(500, "a world that is cut short shows nothing");
    }

    [Test]
    public void Default_worlds_together_have_millions_of_states()
    {
        var states = Explored.Values.Sum(explored => (long)explored.Value.Findings.States);

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{states:N0} states"));
        states.Should().BeGreaterThan(3_000_000);
    }

    [Test]
    public void World_explored_twice_has_the_same_states()
    {
        var world = WorldTable.Default.Single(world => world.Name == "strict: thief");

        var again = new Explorer(world).Run();

        var first = Explored[world.Name].Value.Findings;
        (again.States, again.Transitions, again.Longest).Should().Be((first.States, first.Transitions, first.Longest));
    }

    [Test]
    public void World_names_are_unique()
    {
        WorldTable.Default.Select(world => world.Name).Should().OnlyHaveUniqueItems();
        WorldTable.Large.Select(world => world.Name).Should().OnlyHaveUniqueItems();
    }

    private static (Findings Findings, Universe Universe) ToTheEnd(Explorer explorer) => (explorer.Run(), explorer.Universe);
}
