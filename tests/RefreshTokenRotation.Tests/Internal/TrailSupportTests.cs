using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>Leeway over several generations needs a store that keeps trails: at the start, at every change and at every exchange.</summary>
[TestFixture]
internal sealed class TrailSupportTests
{
    [Test]
    public async Task Host_with_a_store_that_keeps_no_trails_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRefreshTokenRotation(options => options.ClientPolicies["agent"] = RotationPolicy.Agents).UseTokenStore<ForgetfulStore>();
        using var host = builder.Build();

        (await host.Invoking(host => host.StartAsync()).Should().ThrowAsync<OptionsValidationException>())
            .WithMessage("*ClientPolicies['agent']: LeewayGenerations (32) above 1 needs a token store that keeps trails*");
    }

    [Test]
    public async Task Host_with_a_store_that_keeps_trails_starts()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddRefreshTokenRotation(options => options.ClientPolicies["agent"] = RotationPolicy.Agents);
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();
    }

    [Test]
    public async Task Change_at_run_time_is_refused()
    {
        await using var provider = new ServiceCollection().AddRefreshTokenRotation().UseTokenStore<ForgetfulStore>().Services.BuildServiceProvider();
        var policies = provider.GetRequiredService<IRotationPolicyManager>();

        (await policies.Awaiting(policies => policies.SetAsync("agent", RotationPolicy.Agents).AsTask()).Should().ThrowAsync<RotationPolicyException>())
            .Which.Violations.Should().ContainSingle().Which.Setting.Should().Be(nameof(RotationPolicy.LeewayGenerations));
        await policies.SetAsync("agent", RotationPolicy.Agents with { LeewayGenerations = 1 });
    }

    [Test]
    public async Task Policy_of_the_hosts_own_resolver_is_an_outage()
    {
        using var engine = new Engine(RotationPolicy.Spa, new ForgetfulStore());
        var issued = await engine.IssueAsync();
        engine.Policy = RotationPolicy.Agents;

        (await engine.BreakAsync(issued.RefreshToken)).Message.Should().Contain("LeewayGenerations (32)").And.Contain("KeepsTrail");

        engine.Policy = RotationPolicy.Spa;
        await engine.ExpectAsync(issued.RefreshToken, ExchangeOutcome.Rotated);
    }
}
