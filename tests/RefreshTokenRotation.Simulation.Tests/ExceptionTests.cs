using RefreshTokenRotation.Simulation.Rules;
using RefreshTokenRotation.Simulation.Worlds;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>What the rules excuse does happen: without the excuse, a trace is found.</summary>
[TestFixture]
internal sealed class ExceptionTests
{
    private static readonly World OneClient = new("one client")
    {
        Policies = [Policies.Leeway],
        Losses = 1,
        GivesUp = true,
        Ticks = [10],
        TickCount = 1,
        ExcusesLateRequests = false,
    };

    [Test]
    public void Request_that_arrives_after_two_newer_rotations_logs_an_honest_client_out()
    {
        var findings = new Explorer(OneClient with { ClientCalls = 4, TickCount = 0 }).Run();

        findings.Broken.Should().Be(Spec.ClientStaysIn);
        findings.Story.Should().Contain("client (abandoned) writes version 4: current is").And.Contain("revoked; answer: refused, ReuseDetected");
    }

    [Test]
    public void Request_that_arrives_after_the_leeway_displaces_what_an_honest_client_holds()
    {
        var findings = new Explorer(OneClient with { Policies = [Policies.Recovery], ClientCalls = 3 }).Run(only: Spec.ClientStaysIn);

        findings.Broken.Should().Be(Spec.ClientStaysIn);
        findings.Trace.Should().Contain(line => line.StartsWith("client (abandoned)", StringComparison.Ordinal));
    }

    [Test]
    public void Request_that_arrives_late_is_all_that_logs_an_honest_client_out()
    {
        new Explorer(OneClient with { ExcusesLateRequests = true }).Run().Broken.Should().BeNull();
    }
}
