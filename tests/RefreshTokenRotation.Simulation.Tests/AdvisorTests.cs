using RefreshTokenRotation.Simulation.Advice;

namespace RefreshTokenRotation.Simulation.Tests;

/// <summary>The advisor names every kind of client and gives good advice, whatever policy it learns under. <c>--advisor</c> of the simulation tries 100 seeds.</summary>
[TestFixture]
internal sealed class AdvisorTests
{
    private const int Seeds = 5;

    private static IEnumerable<TestCaseData> Trials => ClientKind.All.SelectMany(static kind => Enumerable.Range(0, Seeds), static (kind, seed) =>
        new TestCaseData(kind, seed).SetArgDisplayNames(kind.Name, $"seed {seed}"));

    [TestCaseSource(nameof(Trials))]
    public void Client_is_named_and_the_advised_preset_logs_out_nearly_as_few_as_the_best(ClientKind kind, int seed)
    {
        AdvisorTrial.Run(kind, seed).Faults.Should().BeEmpty();
    }
}
