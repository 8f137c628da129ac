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

    [TestCase(Bug.SlidingWindow, "family: the model says")]
    [TestCase(Bug.Siblings, "a token that was never seen before")]
    [TestCase(Bug.RevocationBeforeClientCheck, "the model says client_mismatch")]
    [TestCase(Bug.ScopeBeforeReuse, "the model says reuse_detected")]
    [TestCase(Bug.RevocationRolledBack, "family: the model says")]
    [TestCase(Bug.SecondToLastAccepted, "the engine reissued")]
    [TestCase(Bug.WholeSecondWindow, "the engine reissued")]
    [TestCase(Bug.ExpiryExtended, "family: the model says")]
    [TestCase(Bug.CapCountsEnded, "evicted: the model says")]
    [TestCase(Bug.ConfirmEndsLeeway, "the model says reissued")]
    public void Wrong_engine_is_found_by_comparison_with_the_model(Bug bug, string finding) =>
        ModelSearch.Run(() => NaiveEngine.Create(bug), Sequences).Should().Contain(finding);

    [Test]
    public void Naive_engine_without_a_bug_keeps_every_invariant() =>
        FaultSearch.Run(store => NaiveEngine.Create(Bug.None, store), count: 1000).Should().BeNull();

    [TestCase(Bug.Siblings, "two tabs with one good token")]
    [TestCase(Bug.SwapResultIgnored, "a token that was never stored")]
    [TestCase(Bug.RevocationRolledBack, "reuse was detected and nothing revoked")]
    [TestCase(Bug.StaleReadRevokes, "though every presented token was good")]
    [TestCase(Bug.KnownHashTakenForSuccess, "a token that was never stored")]
    public void Wrong_engine_is_found_by_random_faults(Bug bug, string finding) =>
        FaultSearch.Run(store => NaiveEngine.Create(bug, store), Sequences).Should().Contain(finding);
}
