using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>The same races over a store that interleaves its calls, conflicts without a reason, and breaks before and after writes.</summary>
[TestFixture]
internal sealed class RaceFaultTests
{
    private const int Seed = 20260101;

    [Test]
    public Task Interleaved_calls_leave_one_lineage([Values(2, 8, 64)] int callers, [Values] bool leeway) =>
        RaceAsync(callers, 8000 / callers, Policy(leeway), ExchangeOutcome.Rotated, faultPercent: 0, breaks: false);

    [Test]
    public Task Conflicts_without_a_reason_leave_one_lineage([Values(2, 8)] int callers, [Values] bool leeway) =>
        RaceAsync(callers, 8000 / callers, Policy(leeway), ExchangeOutcome.Rotated, faultPercent: 30, breaks: false);

    [Test]
    public Task Broken_connections_leave_one_lineage([Values(2, 8)] int callers, [Values] bool leeway) =>
        RaceAsync(callers, 8000 / callers, Policy(leeway), ExchangeOutcome.Rotated, faultPercent: 40, breaks: true);

    [TestCase(ExchangeOutcome.ConvertedToRotating)]
    [TestCase(ExchangeOutcome.ConvertedToNonRotating)]
    [TestCase(ExchangeOutcome.Recovered)]
    public Task Broken_connections_at_a_conversion_or_recovery_leave_one_lineage(ExchangeOutcome outcome) =>
        RaceAsync(4, 1000, RotationPolicy.Mobile, outcome, faultPercent: 40, breaks: true);

    private static RotationPolicy Policy(bool leeway) => leeway ? RotationPolicy.Spa : RotationPolicy.Strict;

    private static async Task RaceAsync(
        int callers, int rounds, RotationPolicy policy, ExchangeOutcome outcome, int faultPercent, bool breaks)
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        var store = new UnrulyStore(Seed) { Breaks = breaks };
        using var contest = new Contest(callers, policy, outcome, store);
        for (var round = 0; round < rounds; round++)
        {
            await contest.PrepareAsync(round);
            store.FaultPercent = faultPercent;
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => contest.PresentAsync(caller))));
            store.FaultPercent = 0;
            await (faultPercent == 0 ? contest.JudgeAsync() : contest.JudgeLineageAsync());
        }

        store.Conflicts.Should().BePositive("a race in which nobody meets another one proves nothing");
    }
}
