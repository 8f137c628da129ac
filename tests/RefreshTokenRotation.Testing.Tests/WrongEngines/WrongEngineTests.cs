using RefreshTokenRotation.Testing.Tests.Faults;
using RefreshTokenRotation.Testing.Tests.Model;

namespace RefreshTokenRotation.Testing.Tests.WrongEngines;

/// <summary>The searches find every engine that is wrong, and none that is right.</summary>
[TestFixture]
internal sealed class WrongEngineTests
{
    private const int Sequences = 3000;

    [Test]
    public void Naive_engine_without_a_bug_agrees_with_the_model() =>
        ModelSearch.Run(() => NaiveEngine.Create(Bug.None), count: 1000).Should().BeNull();

    [TestCase(Bug.SlidingWindow)]
    [TestCase(Bug.Siblings)]
    [TestCase(Bug.RevocationBeforeClientCheck)]
    [TestCase(Bug.RevocationRolledBack)]
    [TestCase(Bug.SecondToLastAccepted)]
    [TestCase(Bug.WholeSecondWindow)]
    [TestCase(Bug.ExpiryExtended)]
    [TestCase(Bug.CapCountsEnded)]
    [TestCase(Bug.ConfirmEndsLeeway)]
    public void Wrong_engine_is_found_by_comparison_with_the_model(Bug bug)
    {
        var counterexample = ModelSearch.Run(() => NaiveEngine.Create(bug), Sequences);
        counterexample.Should().NotBeNull();
        TestContext.Out.WriteLine(counterexample);
    }

    [Test]
    public void Naive_engine_without_a_bug_keeps_every_invariant() =>
        FaultSearch.Run(store => NaiveEngine.Create(Bug.None, store), count: 1000).Should().BeNull();

    [TestCase(Bug.Siblings)]
    [TestCase(Bug.SwapResultIgnored)]
    [TestCase(Bug.RevocationRolledBack)]
    [TestCase(Bug.StaleReadRevokes)]
    [TestCase(Bug.KnownHashTakenForSuccess)]
    public void Wrong_engine_is_found_by_random_faults(Bug bug)
    {
        var counterexample = FaultSearch.Run(store => NaiveEngine.Create(bug, store), Sequences);
        counterexample.Should().NotBeNull();
        TestContext.Out.WriteLine(counterexample);
    }
}
