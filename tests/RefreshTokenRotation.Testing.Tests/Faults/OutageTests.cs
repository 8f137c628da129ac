using RefreshTokenRotation.Testing.Tests.Support;
using static RefreshTokenRotation.Testing.StoreCall;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>Faults that last, and exchanges that meet: what DESIGN says of concurrency, word for word.</summary>
[TestFixture]
internal sealed class OutageTests
{
    [Test]
    public async Task Exchange_that_committed_but_looked_failed_is_recognised_at_the_retry()
    {
        using var world = await StartAsync(RotationPolicy.Spa);
        world.Store.OnNext(CompareAndSwap, StoreFault.ThrowAfterWrite).OnCall(Find, 2, StoreFault.ThrowBeforeWrite);

        (await world.PresentAsync(world.Newest)).Should().BeNull("the store failed");
        var retry = await world.PresentAsync(world.Newest);

        var success = retry.Should().BeOfType<ExchangeResult.Succeeded>().Subject;
        success.Outcome.Should().Be(ExchangeOutcome.Reissued);
        success.Family.Generation.Should().Be(1);
        Standing.IsCurrent(success.RefreshToken, (await world.RowAsync())!).Should().BeTrue();
    }

    [Test]
    public async Task Exchange_that_committed_and_was_revoked_since_is_no_success()
    {
        using var world = await StartAsync(RotationPolicy.Spa);
        var gate = new StoreGate();
        world.Store.OnNext(CompareAndSwap, StoreFault.ThrowAfterWrite).OnCall(Find, 2, StoreFault.DelayBefore(gate));
        var slow = world.PresentAsync(world.Newest);
        slow.IsCompleted.Should().BeFalse("it waits at the gate");

        await world.Subject.Families.RevokeAsync(TokenFamilyFilter.ForFamily(world.FamilyId));
        gate.Open();

        Reason(await slow).Should().Be(RejectionReason.Revoked);
    }

    [TestCase(StoreFaultKind.Conflict)]
    [TestCase(StoreFaultKind.ThrowBefore)]
    [TestCase(StoreFaultKind.LandLate)]
    public async Task Store_that_never_swaps_is_an_outage_and_no_refusal(StoreFaultKind kind)
    {
        using var world = await StartAsync(RotationPolicy.Spa);
        world.Store.Plan = call => call.Call == CompareAndSwap ? EveryCall.FaultCase.Make(kind, new StoreGate()) : StoreFault.None;

        (await world.PresentAsync(world.Newest)).Should().BeNull();
        (await world.RowAsync())!.Version.Should().Be(1);

        world.Store.Heal();
        await world.Store.LandLateWritesAsync();
        (await world.PresentAsync(world.Newest)).Should().BeOfType<ExchangeResult.Succeeded>();
    }

    [Test]
    public async Task Revocation_after_a_reuse_outlasts_any_number_of_conflicts()
    {
        using var world = await StartRotatedAsync(RotationPolicy.Strict);
        world.Store.Plan = call => call.Call == CompareAndSwap && call.NumberOfCall < 200 ? StoreFault.Conflict : StoreFault.None;

        Reason(await world.PresentAsync(world.Previous)).Should().Be(RejectionReason.ReuseDetected);

        (await world.RowAsync())!.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Revocation_after_a_reuse_is_not_cancelled_by_the_caller()
    {
        using var world = await StartRotatedAsync(RotationPolicy.Strict);
        using var caller = new CancellationTokenSource();
        world.Store.Plan = call =>
        {
            if (call.Call == CompareAndSwap && !caller.IsCancellationRequested)
            {
                caller.Cancel();
                return StoreFault.Conflict;
            }

            return StoreFault.None;
        };

        var request = new ExchangeRequest { RefreshToken = world.Previous, ClientId = FaultWorld.Client };
        var answer = await world.Subject.Tokens.ExchangeAsync(request, caller.Token);

        caller.IsCancellationRequested.Should().BeTrue();
        Reason(answer).Should().Be(RejectionReason.ReuseDetected);
        (await world.RowAsync())!.RevokedAt.Should().NotBeNull();
    }

    [Test]
    public async Task Revocation_that_a_failing_store_stops_is_made_up_for_by_the_next_presentation()
    {
        using var world = await StartRotatedAsync(RotationPolicy.Strict);
        world.Store.Plan = call => call.Call == CompareAndSwap ? StoreFault.ThrowBeforeWrite : StoreFault.None;
        (await world.PresentAsync(world.Previous)).Should().BeNull();
        (await world.RowAsync())!.RevokedAt.Should().BeNull();

        world.Store.Heal();

        Reason(await world.PresentAsync(world.Previous)).Should().Be(RejectionReason.ReuseDetected);
    }

    [Test]
    public async Task Exchange_that_two_rotations_overtake_is_told_to_retry_and_revokes_nothing()
    {
        using var world = await StartAsync(RotationPolicy.Spa);
        var slow = await OvertakeTwiceAsync(world);

        slow.Should().BeNull("with leeway on, a call that once decided a success never ends in reuse");
        (await world.RowAsync())!.RevokedAt.Should().BeNull();
        Reason(await world.PresentAsync(world.Given[0])).Should().Be(RejectionReason.ReuseDetected, "the retry still detects");
    }

    [Test]
    public async Task Exchange_that_two_rotations_overtake_is_reuse_without_leeway()
    {
        using var world = await StartAsync(RotationPolicy.Strict);

        Reason(await OvertakeTwiceAsync(world)).Should().Be(RejectionReason.ReuseDetected);
        (await world.RowAsync())!.RevokedAt.Should().NotBeNull();
    }

    [TestCase(true, null)]
    [TestCase(false, RejectionReason.ReuseDetected)]
    public async Task Two_exchanges_of_one_token_get_one_successor_or_are_reuse(bool leeway, RejectionReason? expected)
    {
        using var world = await StartAsync(leeway ? RotationPolicy.Spa : RotationPolicy.Strict);
        var token = world.Newest;
        var gate = new StoreGate();
        world.Store.OnNext(CompareAndSwap, StoreFault.DelayBefore(gate));

        var slow = world.PresentAsync(token);
        var quick = await world.PresentAsync(token);
        gate.Open();

        Reason(await slow).Should().Be(expected);
        quick.Should().BeOfType<ExchangeResult.Succeeded>();
        world.Given.Should().HaveCount(2, "the first token and one successor");
    }

    [Test]
    public async Task Stale_read_revokes_nothing()
    {
        using var world = await StartRotatedAsync(RotationPolicy.Strict);
        world.Store.OnNext(Find, StoreFault.StaleRead());

        (await world.PresentAsync(world.Newest)).Should().BeOfType<ExchangeResult.Succeeded>();

        (await world.RowAsync())!.RevokedAt.Should().BeNull();
    }

    private static Task<FaultWorld> StartAsync(RotationPolicy policy) => FaultWorld.CreateAsync(store => new Subject(store), policy);

    private static async Task<FaultWorld> StartRotatedAsync(RotationPolicy policy)
    {
        var world = await StartAsync(policy);
        (await world.PresentAsync(world.Newest)).Should().BeOfType<ExchangeResult.Succeeded>();
        return world;
    }

    /// <summary>The first exchange waits before its write until its token is the second to last.</summary>
    private static async Task<ExchangeResult?> OvertakeTwiceAsync(FaultWorld world)
    {
        var gate = new StoreGate();
        world.Store.OnNext(CompareAndSwap, StoreFault.DelayBefore(gate));
        var slow = world.PresentAsync(world.Newest);
        (await world.PresentAsync(world.Newest)).Should().BeOfType<ExchangeResult.Succeeded>();
        (await world.PresentAsync(world.Newest)).Should().BeOfType<ExchangeResult.Succeeded>();
        gate.Open();
        return await slow;
    }

    private static RejectionReason? Reason(ExchangeResult? answer) => (answer as ExchangeResult.Rejected)?.Reason;
}
