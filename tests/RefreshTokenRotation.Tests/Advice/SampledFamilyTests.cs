using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Advice;

/// <summary>What the advisor learns of a family from the events of the engine.</summary>
[TestFixture, NonParallelizable]
internal sealed class SampledFamilyTests : AdvisorFixture
{
    [Test]
    public async Task Old_token_and_its_successor_in_use_are_two_holders()
    {
        Played.Policy = RotationPolicy.Strict with { ShadowMode = true };
        var issued = await Played.IssueAsync();
        var second = await Played.SucceedAsync(issued.RefreshToken);
        Played.Time.Advance(TimeSpan.FromMinutes(5));
        await Played.FailAsync(issued.RefreshToken);
        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 0 && usage.Replays == 1 && usage.ReplayAge == TimeSpan.FromMinutes(10) && usage.GenerationsBack == 1);

        await Played.SucceedAsync(second.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 1 && usage.Rotations == 2 && usage.SuccessorsPresented == 1);
    }

    [Test]
    public async Task Current_token_of_a_family_that_a_replay_ended_is_a_second_holder()
    {
        var issued = await Played.IssueAsync();
        var second = await Played.SucceedAsync(issued.RefreshToken);
        Played.Time.Advance(TimeSpan.FromMinutes(5));
        await Played.FailAsync(issued.RefreshToken);

        await Played.FailAsync(second.RefreshToken);
        await Played.FailAsync(second.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 1 && usage.SuccessorsPresented == 1 && usage.MobileLogOuts == 1);
    }

    [Test]
    public async Task Displaced_successor_that_comes_back_was_not_lost_and_a_second_loss_was()
    {
        Played.Policy = RotationPolicy.Mobile;
        var (shared, lost) = (await Played.IssueAsync(), await Played.IssueAsync("bob"));
        var displaced = await Played.SucceedAsync(shared.RefreshToken);
        await Played.SucceedAsync(lost.RefreshToken);
        Played.Time.Advance(TimeSpan.FromMinutes(5));
        await Played.ExpectAsync(shared.RefreshToken, ExchangeOutcome.Recovered);
        await Played.ExpectAsync(lost.RefreshToken, ExchangeOutcome.Recovered);
        Played.Time.Advance(TimeSpan.FromMinutes(5));
        await Played.FailAsync(lost.RefreshToken);
        (await UsageAsync()).SharedFamilies.Should().Be(0);

        await Played.FailAsync(displaced.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 1 && usage.MobileLogOuts == 2 && usage.AgentsLogOuts == 0);
    }

    [Test]
    public async Task Holders_who_take_turns_are_known_by_the_fourth_and_two_lost_answers_in_a_row_are_not_two_holders()
    {
        Played.Policy = RotationPolicy.Strict with { Leeway = TimeSpan.FromMinutes(5) };
        var token = (await Played.IssueAsync()).RefreshToken;
        for (var turn = 1; turn <= 4; turn++)
        {
            var next = (await Played.SucceedAsync(token)).RefreshToken;
            Played.Time.Advance(TimeSpan.FromMinutes(1));
            await Played.ExpectAsync(token, ExchangeOutcome.Reissued);
            token = next;

            (await UsageAsync()).SharedFamilies.Should().Be(turn < 4 ? 0 : 1, "turn {0}", turn);
        }
    }

    [Test]
    public async Task Token_of_two_generations_back_is_no_burst_however_young_it_is()
    {
        Played.Policy = RotationPolicy.Agents;
        var issued = await Played.IssueAsync();
        await Played.SucceedAsync((await Played.SucceedAsync(issued.RefreshToken)).RefreshToken);

        await Played.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SpaLogOuts == 1 && usage.Bursts == 0 && usage.GenerationsBack == 2);
    }

    [TestCase(32, 0)]
    [TestCase(33, 1)]
    public async Task Token_beyond_the_generations_of_the_agents_preset_would_end_a_family_under_it(int back, int expected)
    {
        Played.Policy = RotationPolicy.Agents;
        var issued = await Played.IssueAsync();
        var token = issued.RefreshToken;
        for (var generation = 0; generation < back; generation++)
        {
            token = (await Played.SucceedAsync(token)).RefreshToken;
        }

        await Played.ExchangeAsync(issued.RefreshToken, Engine.Client);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.AgentsLogOuts == expected && usage.GenerationsBack == back);
    }

    [Test]
    public async Task Age_that_nothing_proves_follows_from_the_familys_pace()
    {
        Played.Policy = RotationPolicy.Strict;
        var issued = await Played.IssueAsync();
        var token = issued.RefreshToken;
        for (var generation = 0; generation < 5; generation++)
        {
            Played.Time.Advance(TimeSpan.FromMinutes(20));
            token = (await Played.SucceedAsync(token)).RefreshToken;
        }

        await Played.FailAsync(issued.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.GenerationsBack == 5 && usage.ReplayAge > TimeSpan.FromHours(1));
    }

    [Test]
    public async Task Replays_of_an_ended_family_belong_to_its_burst_for_as_long_as_a_short_leeway()
    {
        Played.Policy = RotationPolicy.Strict;
        var issued = await Played.IssueAsync();
        await Played.SucceedAsync(issued.RefreshToken);
        await Played.FailAsync(issued.RefreshToken);
        await Played.FailAsync(issued.RefreshToken);
        (await UsageAsync()).BurstReplays.Should().Be(2);

        Played.Time.Advance(RotationPolicy.Spa.Leeway);
        await Played.FailAsync(issued.RefreshToken);

        (await UsageAsync()).BurstReplays.Should().Be(2);
    }

    [Test]
    public async Task Flood_of_one_token_counts_as_a_burst_of_thirty_two()
    {
        var issued = await Played.IssueAsync();
        await Played.SucceedAsync(issued.RefreshToken);
        for (var time = 0; time < 100; time++)
        {
            await Played.SucceedAsync(issued.RefreshToken);
        }

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.Bursts == 1 && usage.BurstReplays == 32 && usage.StrictLogOuts == 1 && usage.SpaLogOuts == 0);
    }
}
