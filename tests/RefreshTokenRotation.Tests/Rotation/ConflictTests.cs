using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A conflict starts over: what the second pass may decide, and when the call gives up.</summary>
[TestFixture]
internal sealed class ConflictTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.Outcomes))]
    public async Task Call_under_leeway_that_once_decided_a_success_never_ends_in_reuse(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        if (outcome == ExchangeOutcome.Reissued)
        {
            scenario.First.OnExchange = context => context.ShortenAbsoluteExpiry(scenario.Engine.Now + TimeSpan.FromDays(1));
        }

        scenario.Store.Overtake(async () =>
        {
            scenario.First.OnExchange = null;
            await scenario.OvertakeTwiceAsync();
        });

        await scenario.Engine.BreakAsync(scenario.Token);

        (await scenario.RowAsync()).RevokedAt.Should().BeNull();
        scenario.Engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().BeEmpty();
        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.ReuseDetected, "the retry is judged afresh");
    }

    [Test]
    public async Task Call_in_shadow_mode_under_leeway_gives_up_in_the_same_way()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated, RotationPolicy.Spa with { ShadowMode = true });
        scenario.Store.Overtake(scenario.OvertakeTwiceAsync);

        await scenario.Engine.BreakAsync(scenario.Token);
        scenario.Engine.Events.Of<RefreshTokenEvent.ReuseDetected>().Should().BeEmpty();
    }

    [TestCase(ExchangeOutcome.Rotated, 16)]
    [TestCase(ExchangeOutcome.ConvertedToRotating, 16)]
    [TestCase(ExchangeOutcome.ConvertedToNonRotating, 16)]
    [TestCase(ExchangeOutcome.Recovered, 16)]
    public async Task Bound_on_conflicts_is_an_outage_that_consumes_nothing(ExchangeOutcome outcome, int passes)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.Store.OnSwap = (_, _) => Task.FromResult(SwapFault.ConflictWithoutWrite);

        await scenario.Engine.BreakAsync(scenario.Token);

        scenario.Store.Swaps.Should().Be(passes);
        scenario.Store.Reset();
        await scenario.ExpectNothingConsumedAsync();
    }

    [TestCase(ExchangeOutcome.Rotated)]
    [TestCase(ExchangeOutcome.Used)]
    [TestCase(ExchangeOutcome.Recovered)]
    public async Task Store_that_breaks_three_times_is_an_outage_that_carries_its_fault(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome);
        scenario.Store.OnSwap = (_, _) => Task.FromResult(SwapFault.ThrowBeforeWrite);

        (await scenario.Engine.BreakAsync(scenario.Token)).InnerException.Should().BeOfType<IOException>();

        scenario.Store.Swaps.Should().Be(3);
        scenario.Store.Reset();
        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Store_that_can_not_be_read_is_an_outage()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.Store.OnFind = (_, _) => throw new IOException("down");

        (await scenario.Engine.BreakAsync(scenario.Token)).InnerException.Should().BeOfType<IOException>();

        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Caller_that_gives_up_before_the_write_gets_its_cancellation_and_consumes_nothing()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        using var cancellation = new CancellationTokenSource();
        var request = Requests.Signing(scenario.Token, _ =>
        {
            cancellation.Cancel();
            return "at";
        });

        await scenario.Engine.Invoking(e => e.ExchangeAsync(request, cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();

        await scenario.ExpectNothingConsumedAsync();
    }

    [Test]
    public async Task Write_that_has_begun_is_not_cancelled()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        using var cancellation = new CancellationTokenSource();
        scenario.Store.OnSwap = async (_, _) =>
        {
            await cancellation.CancelAsync();
            return SwapFault.None;
        };

        var result = await scenario.Engine.ExchangeAsync(Requests.For(scenario.Token), cancellation.Token);

        result.Should().BeOfType<ExchangeResult.Succeeded>();
    }

    [Test]
    public async Task Use_that_meets_a_conflict_answers_without_a_second_write()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Used);
        TokenFamily? others = null;
        scenario.Store.Overtake(async () =>
        {
            await scenario.FinishAsync();
            others = await scenario.RowAsync();
        });

        await scenario.FinishAsync();

        scenario.Store.Swaps.Should().Be(2, "the other call's write and the one that met it");
        (await scenario.RowAsync()).Should().BeSameAs(others);
        scenario.Engine.Events.Of<RefreshTokenEvent.Exchanged>().Should().HaveCount(2);
    }

    [Test]
    public async Task Use_whose_write_broke_is_written_again()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Used);
        scenario.Store.FailSwaps(SwapFault.ThrowBeforeWrite);

        await scenario.FinishAsync();

        (await scenario.RowAsync()).LastUsedAt.Should().Be(scenario.Engine.Now);
    }

    [Test]
    public async Task Use_that_has_an_absolute_expiry_left_to_set_is_written_again()
    {
        using var scenario = await Scenario.BeforeAsync(
            ExchangeOutcome.Used, RotationPolicy.Mobile with { ExpirationType = ExpirationType.NonExpiring });
        scenario.Engine.Policy = scenario.Engine.Policy with { ExpirationType = ExpirationType.Expiring };
        scenario.Store.Overtake(() => scenario.WriteMetadataAsync("1"));

        await scenario.FinishAsync();

        (await scenario.RowAsync()).AbsoluteExpiresAt.Should().Be(scenario.Engine.Now + TimeSpan.FromDays(30));
    }

    [Test]
    public async Task Use_that_has_recovery_left_to_end_is_written_again()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.ConvertedToNonRotating);
        var reusable = await scenario.FinishAsync();
        scenario.Store.Reset();
        scenario.Store.Overtake(() => scenario.WriteMetadataAsync("1"));

        await scenario.Engine.ExpectAsync(reusable, ExchangeOutcome.Used);

        (await scenario.RowAsync()).RecoverUntil.Should().BeNull();
    }

    [Test]
    public async Task Use_that_a_hook_shortened_is_written_again([Values] bool idle)
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Used);
        var end = scenario.Engine.Now + TimeSpan.FromDays(1);
        scenario.First.OnExchange = context =>
        {
            if (idle)
            {
                context.ShortenIdleExpiry(end);
            }
            else
            {
                context.ShortenAbsoluteExpiry(end);
            }
        };
        scenario.Store.Overtake(() => scenario.WriteMetadataAsync("1"));

        await scenario.FinishAsync();

        var row = await scenario.RowAsync();
        (idle ? row.IdleExpiresAt : row.AbsoluteExpiresAt).Should().Be(end);
    }

    [Test]
    public async Task Policy_is_taken_once_per_call()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated, RotationPolicy.Spa);
        scenario.Store.Overtake(async () =>
        {
            await scenario.WriteMetadataAsync("1");
            scenario.Engine.Policy = RotationPolicy.Strict with { RotationType = RotationType.NonRotating };
        });

        await scenario.FinishAsync();

        (await scenario.RowAsync()).LeewayUntil.Should().NotBeNull();
    }

    [Test]
    public async Task Family_that_was_deleted_under_way_is_unknown()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated);
        scenario.Store.Overtake(async () => await scenario.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User)));

        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.Unknown);
    }
}
