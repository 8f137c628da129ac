using System.Reflection;
using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>Engines that are wrong on purpose are found, each by the rule that names its fault.</summary>
[TestFixture]
internal sealed class WrongEngineTests
{
    /// <summary>Each kind of call and of trouble is in one of them.</summary>
    private static readonly string[] Further =
    [
        "recovery: one client, confirmed use", "recovery: one client, faults", "stranger: another client", "key: thief without it",
        "reusable, then rotating: two devices", "rotating and reusable", "revocation and expiry", "wide reuse response: two devices", "slow signer",
    ];

    private static IEnumerable<World> Worlds => WrongEngines.All.Select(wrong => wrong.World with { IgnoresVersions = false })
        .Concat(WorldTable.Default.Where(world => Further.Contains(world.Name)))
        .Distinct();

    [TestCaseSource(typeof(WrongEngines), nameof(WrongEngines.All))]
    public void Wrong_engine_is_found_with_a_trace(WrongEngine wrong)
    {
        var findings = wrong.Find();

        findings.Broken.Should().Be(wrong.FoundBy);
        findings.Trace.Should().HaveCount(findings.Longest).And.NotContain(string.Empty);
    }

    /// <summary>Otherwise a wrong engine would say nothing of the library.</summary>
    [TestCaseSource(nameof(Worlds))]
    public void Model_of_the_loop_agrees_with_the_library_on_every_trace(World world)
    {
        var findings = new Explorer(world, WrongEngine.Right).Run();

        findings.Broken.Should().BeNull("{0}", findings.Story);
        findings.IsComplete.Should().BeTrue();
    }

    [Test]
    public void Model_of_the_loop_with_one_fault_does_not_agree_with_the_library()
    {
        var wrong = WrongEngines.All[0];
        var explore = () => new Explorer(
            wrong.World, (stage, universe, real) => new AgreeingEngine(stage, universe, real, new LoopModel(stage, real, wrong.Protocol))).Run();

        explore.Should().Throw<InvalidOperationException>().WithMessage("The engines differ*");
    }

    [Test]
    public void Every_rule_of_the_specification_finds_a_wrong_engine()
    {
        var rules = typeof(Spec).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (Rule)field.GetValue(null)!);

        WrongEngines.All.Select(wrong => wrong.FoundBy).Distinct().Should().BeEquivalentTo(rules);
    }

    [Test]
    public void Trace_tells_who_presented_what_and_was_answered_what()
    {
        var wrong = WrongEngines.All.Single(wrong => wrong.Name == "the second-to-last token is accepted");

        wrong.Find().Story.Should().ContainAll("tab 2 presents token #0 (generation 0)", "reads version 3: current is", "answer: Rotated", wrong.FoundBy.Sentence);
    }
}
