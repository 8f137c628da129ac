using RefreshTokenRotation.Simulation.Engines;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>Nodes of an older version know no trail: their writes leave the column as it is.</summary>
[TestFixture]
internal sealed class OlderNodeTests
{
    [Test]
    public void Trail_that_an_older_node_left_behind_counts_as_absent()
    {
        var world = new World("older nodes")
        {
            Policies = [Policies.Generations, Policies.Leeway],
            Clients = 2,
            ThiefCalls = 1,
            PolicyChanges = 2,
            Ticks = [4, 10],
            TickCount = 1,
            Parallel = 1,
        };

        var findings = new Explorer(world, (stage, _, real) => new LoopModel(stage, real, WrongGenerations.OlderNodes)).Run();

        findings.Broken.Should().BeNull("{0}", findings.Story);
        findings.IsComplete.Should().BeTrue();
    }
}
