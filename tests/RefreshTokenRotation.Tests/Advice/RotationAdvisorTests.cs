using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Advice;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Advice;

/// <summary>What the advisor learns from the events of the engine, and what bounds it. The kinds of clients that it names are played in the simulation.</summary>
[TestFixture, NonParallelizable]
internal sealed class RotationAdvisorTests
{
    private Engine _engine = null!;
    private RotationMetrics _metrics = null!;
    private RotationAdvisor _advisor = null!;

    [SetUp]
    public void SetUp()
    {
        _engine = new Engine(RotationPolicy.Spa);
        _metrics = new RotationMetrics(new Meter(RotationTelemetry.MeterName));
        _advisor = new RotationAdvisor(_engine.Time, new RandomSource(), _metrics);
    }

    [TearDown]
    public void TearDown()
    {
        _engine.Dispose();
        _metrics.Dispose();
    }

    [Test]
    public async Task Old_token_and_its_successor_in_use_are_two_holders()
    {
        _engine.Policy = RotationPolicy.Strict with { ShadowMode = true };
        var issued = await _engine.IssueAsync();
        var second = await _engine.SucceedAsync(issued.RefreshToken);
        _engine.Time.Advance(TimeSpan.FromMinutes(5));
        await _engine.FailAsync(issued.RefreshToken);
        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 0 && usage.Replays == 1 && usage.ReplayAge == TimeSpan.FromMinutes(10) && usage.GenerationsBack == 1);

        await _engine.SucceedAsync(second.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 1 && usage.Rotations == 2 && usage.SuccessorsPresented == 1);
    }

    [Test]
    public async Task Current_token_of_a_family_that_a_replay_ended_is_a_second_holder()
    {
        var issued = await _engine.IssueAsync();
        var second = await _engine.SucceedAsync(issued.RefreshToken);
        _engine.Time.Advance(TimeSpan.FromMinutes(5));
        await _engine.FailAsync(issued.RefreshToken);

        await _engine.FailAsync(second.RefreshToken);
        await _engine.FailAsync(second.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 1 && usage.SuccessorsPresented == 1 && usage.MobileLogOuts == 1);
    }

    [Test]
    public async Task Displaced_successor_that_comes_back_was_not_lost_and_a_second_loss_was()
    {
        _engine.Policy = RotationPolicy.Mobile;
        var (shared, lost) = (await _engine.IssueAsync(), await _engine.IssueAsync("bob"));
        var displaced = await _engine.SucceedAsync(shared.RefreshToken);
        await _engine.SucceedAsync(lost.RefreshToken);
        _engine.Time.Advance(TimeSpan.FromMinutes(5));
        await _engine.ExpectAsync(shared.RefreshToken, ExchangeOutcome.Recovered);
        await _engine.ExpectAsync(lost.RefreshToken, ExchangeOutcome.Recovered);
        _engine.Time.Advance(TimeSpan.FromMinutes(5));
        await _engine.FailAsync(lost.RefreshToken);
        (await UsageAsync()).SharedFamilies.Should().Be(0);

        await _engine.FailAsync(displaced.RefreshToken);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SharedFamilies == 1 && usage.MobileLogOuts == 2 && usage.AgentsLogOuts == 0);
    }

    [Test]
    public async Task Holders_who_take_turns_are_known_by_the_fourth_and_two_lost_answers_in_a_row_are_not_two_holders()
    {
        _engine.Policy = RotationPolicy.Strict with { Leeway = TimeSpan.FromMinutes(5) };
        var token = (await _engine.IssueAsync()).RefreshToken;
        for (var turn = 1; turn <= 4; turn++)
        {
            var next = (await _engine.SucceedAsync(token)).RefreshToken;
            _engine.Time.Advance(TimeSpan.FromMinutes(1));
            await _engine.ExpectAsync(token, ExchangeOutcome.Reissued);
            token = next;

            (await UsageAsync()).SharedFamilies.Should().Be(turn < 4 ? 0 : 1, "turn {0}", turn);
        }
    }

    [Test]
    public async Task Token_of_two_generations_back_is_no_burst_however_young_it_is()
    {
        _engine.Policy = RotationPolicy.Agents;
        var issued = await _engine.IssueAsync();
        await _engine.SucceedAsync((await _engine.SucceedAsync(issued.RefreshToken)).RefreshToken);

        await _engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Reissued);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.SpaLogOuts == 1 && usage.Bursts == 0 && usage.GenerationsBack == 2);
    }

    [TestCase(32, 0)]
    [TestCase(33, 1)]
    public async Task Token_beyond_the_generations_of_the_agents_preset_would_end_a_family_under_it(int back, int expected)
    {
        _engine.Policy = RotationPolicy.Agents;
        var issued = await _engine.IssueAsync();
        var token = issued.RefreshToken;
        for (var generation = 0; generation < back; generation++)
        {
            token = (await _engine.SucceedAsync(token)).RefreshToken;
        }

        await _engine.ExchangeAsync(issued.RefreshToken, Engine.Client);

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.AgentsLogOuts == expected && usage.GenerationsBack == back);
    }

    [Test]
    public async Task Flood_of_one_token_counts_as_a_burst_of_thirty_two()
    {
        var issued = await _engine.IssueAsync();
        await _engine.SucceedAsync(issued.RefreshToken);
        for (var time = 0; time < 100; time++)
        {
            await _engine.SucceedAsync(issued.RefreshToken);
        }

        (await UsageAsync()).Should().Match<ClientUsage>(usage => usage.Bursts == 1 && usage.BurstReplays == 32 && usage.StrictLogOuts == 1 && usage.SpaLogOuts == 0);
    }

    [Test]
    public async Task Large_client_is_sampled_and_its_counts_are_estimates()
    {
        for (var user = 0; user < 3_000; user++)
        {
            await _engine.SucceedAsync((await _engine.IssueAsync($"user {user}")).RefreshToken);
        }

        var usage = await UsageAsync();

        usage.Families.Should().BeInRange(2_000, 4_000).And.Match(families => families % 8 == 0, "fewer than 256 families stand for 3,000");
        usage.Rotations.Should().Be(usage.Families);
    }

    [Test]
    public async Task Client_beyond_a_hundred_takes_the_place_of_one_that_was_silent_for_a_day()
    {
        for (var client = 0; client <= RotationAdvisor.MaxClients; client++)
        {
            await RotateAsync($"client {client}");
            _engine.Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await UsageAsync("client 100")).Rotations.Should().Be(0);
        (await UsageAsync("client 0")).Rotations.Should().Be(1);

        _engine.Time.Advance(TimeSpan.FromDays(1));
        await RotateAsync("client 100");

        (await UsageAsync("client 100")).Rotations.Should().Be(1);
        (await UsageAsync("client 0")).Rotations.Should().Be(0);
        (await UsageAsync("client 1")).Rotations.Should().Be(1);

        async Task RotateAsync(string client) => await _engine.ExchangeAsync((await _engine.IssueAsync(client: client)).RefreshToken, client);
    }

    [Test]
    public async Task What_was_seen_fades()
    {
        var token = (await _engine.SucceedAsync((await _engine.IssueAsync()).RefreshToken)).RefreshToken;
        for (var hour = 0; hour < 9; hour++)
        {
            token = (await _engine.SucceedAsync(token)).RefreshToken;
        }

        (await UsageAsync()).Rotations.Should().Be(10);
        _engine.Time.Advance(ClientSample.Period);
        (await UsageAsync()).Rotations.Should().Be(0, "the family was not seen for two weeks");

        await _engine.SucceedAsync(token);
        (await UsageAsync()).Rotations.Should().Be(6, "what is older than two weeks counts half");
    }

    [Test]
    public async Task Tenants_and_clients_are_apart()
    {
        await _engine.SucceedAsync((await _engine.IssueAsync()).RefreshToken);
        var usage = await UsageAsync();

        usage.Rotations.Should().Be(1);
        (await _advisor.GetAsync("another")).Usage.Should().Be(new ClientUsage());
        (await _advisor.GetAsync(Engine.Client, "another tenant")).Pattern.Should().Be(ClientPattern.NotEnoughSeen);
    }

    [Test]
    public async Task Metrics_carry_the_counts_for_each_client()
    {
        using var recorder = new MetricRecorder(RotationTelemetry.AdvisorFamilies, RotationTelemetry.AdvisorExchanges);
        await _engine.SucceedAsync((await _engine.IssueAsync()).RefreshToken);
        await UsageAsync();

        recorder.Observe();

        recorder.Sum(RotationTelemetry.AdvisorFamilies, "tenant=,client=spa,count=seen").Should().Be(1);
        recorder.Sum(RotationTelemetry.AdvisorExchanges, "tenant=,client=spa,count=rotations").Should().Be(1);
        recorder.All.Should().HaveCount(11, "six counts of families and five of exchanges");
    }

    [Test]
    public async Task Advisor_is_opt_in_and_learns_from_the_queue_of_events()
    {
        await using var without = new ServiceCollection().AddRefreshTokenRotation().Services.BuildServiceProvider();
        without.GetService<IRotationAdvisor>().Should().BeNull();
        without.GetServices<IRefreshTokenEventHandler>().Should().BeEmpty();

        await using var provider = new ServiceCollection().AddRefreshTokenRotation().AddRotationAdvisor().AddRotationAdvisor().Services.BuildServiceProvider();
        provider.GetServices<IRefreshTokenEventHandler>().Should().ContainSingle();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();
        var token = (await tokens.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "cli" })).RefreshToken;
        for (var time = 0; time < 20; time++)
        {
            token = ((ExchangeResult.Succeeded)await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "cli" })).RefreshToken;
        }

        var advisor = provider.GetRequiredService<IRotationAdvisor>();
        await Eventually.HoldsAsync(async () => (await advisor.GetAsync("cli")).Usage.Rotations == 20, "twenty rotations were seen");
        (await Snippets.Policies.AdviseAsync(advisor)).Should().StartWith("Strict: ");
    }

    /// <summary>Tells the advisor what happened since the last time, and asks it.</summary>
    private async Task<ClientUsage> UsageAsync(string client = Engine.Client)
    {
        foreach (var told in _engine.Events.All)
        {
            await _advisor.HandleAsync(told, CancellationToken.None);
        }

        _engine.Events.Clear();
        return (await _advisor.GetAsync(client)).Usage;
    }
}
