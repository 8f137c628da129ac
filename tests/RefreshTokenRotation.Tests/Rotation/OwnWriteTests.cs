using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Rotation;

/// <summary>A write whose outcome is unknown, or that a driver repeated: the call knows its own write when it sees it, and no other.</summary>
[TestFixture]
internal sealed class OwnWriteTests
{
    private static IEnumerable<TestCaseData> FreshWrites()
    {
        foreach (var outcome in Scenario.FreshOutcomes)
        {
            yield return new TestCaseData(outcome, RotationPolicy.Mobile).SetArgDisplayNames($"{outcome}", "leeway");
            if (outcome != ExchangeOutcome.Recovered)
            {
                yield return new TestCaseData(outcome, RotationPolicy.Strict).SetArgDisplayNames($"{outcome}", "strict");
            }
        }
    }

    [TestCaseSource(nameof(FreshWrites))]
    public async Task Own_write_that_happened_is_recognised(ExchangeOutcome outcome, RotationPolicy policy)
    {
        foreach (var fault in new[] { SwapFault.ThrowAfterWrite, SwapFault.ConflictThoughWritten })
        {
            using var scenario = await Scenario.BeforeAsync(outcome, policy);
            scenario.Store.FailSwaps(fault);
            var signed = 0;

            var result = await scenario.Engine.SucceedAsync(Requests.Signing(scenario.Token, _ => $"{++signed}"));

            result.Outcome.Should().Be(outcome);
            result.AccessToken!.Value.Should().Be("1");
            scenario.Store.Swaps.Should().Be(1);
            (await scenario.RowAsync()).Version.Should().Be(scenario.Before.Version + 1);
            scenario.Engine.Events.Of<RefreshTokenEvent.Exchanged>().Should().ContainSingle();
            scenario.Store.Revocations.Should().Be(outcome == ExchangeOutcome.ConvertedToRotating ? 1 : 0);
            (await scenario.Engine.SucceedAsync(result.RefreshToken)).Outcome
                .Should().BeOneOf(ExchangeOutcome.Rotated, ExchangeOutcome.Used);
        }
    }

    [TestCaseSource(nameof(FreshWrites))]
    public async Task Write_that_did_not_happen_is_repeated_with_the_same_secret(ExchangeOutcome outcome, RotationPolicy policy)
    {
        foreach (var fault in new[] { SwapFault.ThrowBeforeWrite, SwapFault.ConflictWithoutWrite })
        {
            using var scenario = await Scenario.BeforeAsync(outcome, policy);
            var rows = new List<TokenFamily>();
            scenario.Store.OnSwap = (call, row) =>
            {
                rows.Add(row);
                scenario.Engine.Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(call <= 2 ? fault : SwapFault.None);
            };

            var result = await scenario.Engine.SucceedAsync(scenario.Token);

            result.Outcome.Should().Be(outcome);
            rows.Should().HaveCount(3);
            rows.Select(row => (row.SecretHash, row.Salt, row.Generation)).Distinct().Should().ContainSingle();
            rows.Select(row => row.RotatedAt).Should().OnlyHaveUniqueItems("the window is anchored at the write that went through");
            (await scenario.RowAsync()).Should().Be(rows[2]);
            scenario.Random.Draws.Should().Be(1);
            scenario.Store.Reset();
            (await scenario.Engine.SucceedAsync(result.RefreshToken)).Outcome.Should().BeOneOf(ExchangeOutcome.Rotated, ExchangeOutcome.Used);
        }
    }

    [TestCaseSource(nameof(FreshWrites))]
    public async Task Write_that_lands_late_is_recognised(ExchangeOutcome outcome, RotationPolicy policy)
    {
        using var scenario = await Scenario.BeforeAsync(outcome, policy);
        TokenFamily? pending = null;
        scenario.Store.OnSwap = async (call, row) =>
        {
            if (call == 1)
            {
                pending = row;
                return SwapFault.ThrowBeforeWrite;
            }

            if (call == 2)
            {
                await scenario.Store.CompareAndSwapAsync(pending!, pending!.Version - 1, CancellationToken.None);
            }

            return SwapFault.None;
        };

        var token = await scenario.FinishAsync();

        (await scenario.RowAsync()).Should().BeSameAs(pending);
        scenario.Store.Reset();
        (await scenario.Engine.SucceedAsync(token)).Outcome.Should().BeOneOf(ExchangeOutcome.Rotated, ExchangeOutcome.Used);
    }

    [TestCaseSource(nameof(FreshWrites))]
    public async Task Own_write_that_was_written_over_since_is_recognised(ExchangeOutcome outcome, RotationPolicy policy)
    {
        using var scenario = await Scenario.BeforeAsync(outcome, policy);
        scenario.Store.FailSwaps(SwapFault.ThrowAfterWrite);
        scenario.Store.OnFind = async (call, row) =>
        {
            if (call == 2)
            {
                await scenario.WriteMetadataAsync("later");
                row = await scenario.RowAsync();
            }

            return row;
        };

        await scenario.FinishAsync();

        (await scenario.RowAsync()).Metadata["n"].Should().Be("later");
        (await scenario.RowAsync()).Generation.Should().Be(scenario.Before.Generation + 1);
    }

    [TestCaseSource(nameof(FreshWrites))]
    public async Task Own_write_that_was_revoked_since_is_no_success(ExchangeOutcome outcome, RotationPolicy policy)
    {
        using var scenario = await Scenario.BeforeAsync(outcome, policy);
        scenario.Store.FailSwaps(SwapFault.ThrowAfterWrite);
        scenario.Store.OnFind = async (call, row) =>
        {
            if (call == 2)
            {
                await scenario.Engine.Families.RevokeAsync(TokenFamilyFilter.ForUser(Engine.User));
                row = await scenario.RowAsync();
            }

            return row;
        };

        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.Revoked);
        scenario.Engine.Events.Of<RefreshTokenEvent.Exchanged>().Should().BeEmpty();
    }

    [Test]
    public async Task Write_of_another_call_is_never_taken_for_the_own_one()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated, RotationPolicy.Spa);
        RefreshToken winner = default;
        scenario.Store.Overtake(async () => winner = (await scenario.Engine.SucceedAsync(scenario.Token)).RefreshToken);

        var result = await scenario.Engine.SucceedAsync(scenario.Token);

        result.Outcome.Should().Be(ExchangeOutcome.Reissued);
        result.RefreshToken.Should().Be(winner);
    }

    [TestCase(ExchangeOutcome.Rotated)]
    [TestCase(ExchangeOutcome.ConvertedToRotating)]
    [TestCase(ExchangeOutcome.ConvertedToNonRotating)]
    public async Task Loser_without_leeway_is_reuse_and_no_success(ExchangeOutcome outcome)
    {
        using var scenario = await Scenario.BeforeAsync(outcome, RotationPolicy.Strict);
        scenario.Store.Overtake(async () => await scenario.FinishAsync());

        (await scenario.Engine.FailAsync(scenario.Token)).Should().Be(RejectionReason.ReuseDetected);
        (await scenario.RowAsync()).RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Own_write_that_others_took_further_is_an_outage_and_no_reuse()
    {
        using var scenario = await Scenario.BeforeAsync(ExchangeOutcome.Rotated, RotationPolicy.Spa);
        scenario.Store.FailSwaps(SwapFault.ThrowAfterWrite);
        scenario.Store.OnFind = async (call, row) =>
        {
            if (call == 2)
            {
                await scenario.OvertakeTwiceAsync();
                row = await scenario.RowAsync();
            }

            return row;
        };

        await scenario.Engine.BreakAsync(scenario.Token);
        (await scenario.RowAsync()).RevokedAt.Should().BeNull();
    }
}
