using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Adoption;

/// <summary>A legacy token is adopted exactly once: under parallel presentations, and whatever breaks in between.</summary>
[TestFixture, Category("Race")]
internal sealed class AdoptionRaceTests
{
    private const int Rounds = 500;

    [TestCase(2)]
    [TestCase(16)]
    public void Legacy_token_presented_at_once_under_leeway_gets_one_and_the_same_successor(int callers)
    {
        using var world = new World(RotationPolicy.Spa);
        var answers = new ExchangeResult.Succeeded[callers];
        var round = 0;
        Crowd.Run(
            callers,
            Rounds,
            number => round = number,
            caller => answers[caller] = world.Engine.SucceedAsync($"old-{round}").GetAwaiter().GetResult(),
            _ =>
            {
                answers.Select(answer => answer.RefreshToken.Reveal()).Distinct().Should().ContainSingle();
                answers.Should().ContainSingle(answer => answer.Outcome == ExchangeOutcome.Rotated);
                EndRound(world).Should().ContainSingle();
            });
    }

    [TestCase(2)]
    [TestCase(16)]
    public void Legacy_token_presented_at_once_without_leeway_succeeds_once_and_ends_its_family(int callers)
    {
        using var world = new World(RotationPolicy.Strict);
        var answers = new ExchangeResult[callers];
        var round = 0;
        Crowd.Run(
            callers,
            Rounds,
            number => round = number,
            caller => answers[caller] = world.Engine.ExchangeAsync($"old-{round}").GetAwaiter().GetResult(),
            _ =>
            {
                answers.OfType<ExchangeResult.Succeeded>().Should().ContainSingle();
                EndRound(world).Should().ContainSingle().Which.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
            });
    }

    /// <summary>Every store call of an adoption fails in turn, before or after it took effect, and stays broken for the rest of the call.</summary>
    [Test]
    public async Task Crash_at_any_step_leaves_a_token_that_can_still_be_adopted_once(
        [Range(1, 9)] int step, [Values] bool after, [Values] bool strict, [Values] bool staysValid)
    {
        using var world = new World(strict ? RotationPolicy.Strict : RotationPolicy.Spa);
        world.Source.ValidUntil = staysValid ? world.Engine.Now + TimeSpan.FromDays(1) : null;
        var calls = 0;
        Task Fail(string _) => calls >= step ? throw new IOException("The node is gone.") : Task.CompletedTask;
        world.Store.Before = name =>
        {
            calls++;
            return after && calls == step ? Task.CompletedTask : Fail(name);
        };
        world.Store.After = Fail;
        RefreshToken? first = null;
        try
        {
            first = (await world.Engine.SucceedAsync("old-1")).RefreshToken;
        }
        catch (RefreshTokenUnavailableException)
        {
            // The client never saw an answer.
        }

        world.Store.Before = world.Store.After = null;
        var result = await world.Engine.ExchangeAsync("old-1");
        (await world.FamiliesAsync()).Should().ContainSingle();
        if (strict)
        {
            // Without leeway an answer that was lost after the rotation can't be told from a theft.
            var wasRotated = step == (staysValid ? 8 : 4) && after;
            (result is ExchangeResult.Succeeded).Should().Be(!wasRotated && first is null);
        }
        else
        {
            var retry = result.Should().BeOfType<ExchangeResult.Succeeded>().Subject.RefreshToken;
            (first ?? retry).Should().Be(retry);
            (await world.Engine.SucceedAsync(retry)).Family.Generation.Should().Be(2);
        }
    }

    [Test]
    public async Task Parallel_adoptions_over_a_store_that_breaks_leave_one_lineage([Values(1, 2, 3)] int seed)
    {
        const int Callers = 8;
        var unruly = new UnrulyStore(seed) { Breaks = true };
        using var world = new World(RotationPolicy.Spa, unruly);
        for (var round = 0; round < 200; round++)
        {
            unruly.FaultPercent = 40;
            var token = $"old-{round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => TryAsync(world, token))));
            unruly.FaultPercent = 0;

            var retry = (await world.Engine.SucceedAsync(token)).RefreshToken;
            answers.Where(answer => answer is not null).Should().AllSatisfy(answer => answer.Should().Be(retry));
            (await world.FamiliesAsync()).Should().ContainSingle();
            await world.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User));
        }
    }

    [Test]
    public async Task Token_is_invalid_at_the_old_server_before_the_first_answer()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.RetireFault = new IOException("The old database is away.");
        await world.Engine.BreakAsync("old-1");
        await world.Engine.BreakAsync("old-1");
        (await world.FamiliesAsync()).Should().ContainSingle().Which.Generation.Should().Be(0);

        world.Source.RetireFault = null;
        await world.Engine.ExpectAsync("old-1", ExchangeOutcome.Rotated);
        world.Source.Retired.Should().Be(1);
    }

    [Test]
    public async Task Source_that_fails_is_an_outage()
    {
        using var world = new World(RotationPolicy.Spa);
        world.Source.ReadFault = new IOException("The old database is away.");
        await world.Engine.BreakAsync("old-1");
        (await world.FamiliesAsync()).Should().BeEmpty();
    }

    private static async Task<RefreshToken?> TryAsync(World world, string token)
    {
        try
        {
            return (await world.Engine.SucceedAsync(token)).RefreshToken;
        }
        catch (RefreshTokenUnavailableException)
        {
            return null;
        }
    }

    private static IReadOnlyList<TokenFamilyInfo> EndRound(World world)
    {
        var families = world.FamiliesAsync().GetAwaiter().GetResult();
        world.Engine.Families.DeleteAsync(TokenFamilyFilter.ForUser(Engine.User)).AsTask().GetAwaiter().GetResult();
        world.Engine.Events.Clear();
        return families;
    }
}
