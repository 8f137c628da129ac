using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Advice;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Advice;

/// <summary>What the advisor keeps of clients, and what bounds it. The kinds of clients that it names are played in the simulation.</summary>
[TestFixture, NonParallelizable]
internal sealed class RotationAdvisorTests : AdvisorFixture
{
    [Test]
    public async Task Large_client_is_sampled_and_its_counts_are_estimates()
    {
        for (var user = 0; user < 3_000; user++)
        {
            await Played.SucceedAsync((await Played.IssueAsync($"user {user}")).RefreshToken);
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
            Played.Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await UsageAsync("client 100")).Rotations.Should().Be(0);
        (await UsageAsync("client 0")).Rotations.Should().Be(1);

        Played.Time.Advance(TimeSpan.FromDays(1));
        await RotateAsync("client 100");

        (await UsageAsync("client 100")).Rotations.Should().Be(1);
        (await UsageAsync("client 0")).Rotations.Should().Be(0);
        (await UsageAsync("client 1")).Rotations.Should().Be(1);

        async Task RotateAsync(string client) => await Played.ExchangeAsync((await Played.IssueAsync(client: client)).RefreshToken, client);
    }

    [Test]
    public async Task What_was_seen_fades()
    {
        var token = (await Played.SucceedAsync((await Played.IssueAsync()).RefreshToken)).RefreshToken;
        for (var hour = 0; hour < 9; hour++)
        {
            token = (await Played.SucceedAsync(token)).RefreshToken;
        }

        (await UsageAsync()).Rotations.Should().Be(10);
        Played.Time.Advance(ClientSample.Period);
        (await UsageAsync()).Rotations.Should().Be(0, "the family was not seen for two weeks");

        await Played.SucceedAsync(token);
        (await UsageAsync()).Rotations.Should().Be(6, "what is older than two weeks counts half");
    }

    [Test]
    public async Task Tenants_and_clients_are_apart()
    {
        await Played.SucceedAsync((await Played.IssueAsync()).RefreshToken);
        var usage = await UsageAsync();

        usage.Rotations.Should().Be(1);
        (await Advisor.GetAsync("another")).Usage.Should().Be(new ClientUsage());
        (await Advisor.GetAsync(Engine.Client, "another tenant")).Pattern.Should().Be(ClientPattern.NotEnoughSeen);
    }

    [Test]
    public async Task Metrics_carry_the_counts_for_each_client()
    {
        using var recorder = new MetricRecorder(RotationTelemetry.AdvisorFamilies, RotationTelemetry.AdvisorExchanges);
        await Played.SucceedAsync((await Played.IssueAsync()).RefreshToken);
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
}
