using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>One token, several callers at once. <c>OPENIDDICT_RACES</c> sets the rounds; the benchmarks' mode <c>openiddict</c> runs 1,000 of each.</summary>
[TestFixture]
internal sealed class RaceTests
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("OPENIDDICT_RACES"), out var rounds) ? rounds : 15;

    [TestCase(2)]
    [TestCase(8)]
    public async Task Parallel_callers_with_leeway_all_get_one_successor(int callers)
    {
        var outcome = await RunAsync(RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(10) }, callers);
        outcome.Forks.Should().Be(0);
        outcome.Successes.Should().Be(Rounds * callers);
    }

    [TestCase(2)]
    [TestCase(8)]
    public async Task Parallel_callers_without_leeway_never_fork(int callers)
    {
        var outcome = await RunAsync(RotationPolicy.Strict, callers);
        outcome.Forks.Should().Be(0);
        outcome.Others.Should().Be(0);
        outcome.Successes.Should().BeGreaterThan(0);
    }

    /// <summary>What OpenIddict does by itself, for comparison. How often it forks depends on the machine; that it can is why this package exists.</summary>
    [TestCase(2, false)]
    [TestCase(8, false)]
    [TestCase(2, true)]
    [TestCase(8, true)]
    public async Task OpenIddict_alone(int callers, bool leeway)
    {
        var outcome = await RunAsync(policy: null, callers, server => server.SetRefreshTokenReuseLeeway(leeway ? TimeSpan.FromSeconds(30) : TimeSpan.Zero));
        outcome.Successes.Should().BeGreaterThan(0);
    }

    private static async Task<Race.Outcome> RunAsync(RotationPolicy? policy, int callers, Action<OpenIddictServerBuilder>? configure = null)
    {
        await using var host = await OpenIddictHost.StartAsync(await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString), policy, configure);
        var outcome = await Race.RunAsync(host.Client, callers, Rounds);
        await TestContext.Out.WriteLineAsync($"{TestContext.CurrentContext.Test.Name}: {outcome}");
        return outcome;
    }
}
