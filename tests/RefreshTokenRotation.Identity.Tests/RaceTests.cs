using System.Net;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>One token presented over HTTP by several callers at once. <c>IDENTITY_RACES</c> sets the number of races (10,000 for the full run).</summary>
[TestFixture, Category("Race")]
internal sealed class RaceTests
{
    private const int Callers = 4;

    private static int Races => int.TryParse(Environment.GetEnvironmentVariable("IDENTITY_RACES"), out var races) ? races : 100;

    [Test]
    public async Task Token_presented_at_once_never_forks([Values] bool isInMemory)
    {
        await using var host = await Host.StartAsync(use: isInMemory ? rotation => rotation.UseTokenStore<InMemoryTokenStore>() : null);
        using var first = await host.LogInAsync();
        var clients = Enumerable.Range(0, Callers).Select(_ => host.Connect()).ToArray();
        var (token, forks) = (first.RefreshToken, 0);
        for (var race = 0; race < Races; race++)
        {
            var statuses = await Task.WhenAll(clients.Select(client => client.RefreshAsync(token)));
            statuses.Should().AllBeEquivalentTo(HttpStatusCode.OK);
            var successors = clients.Select(client => client.RefreshToken).Distinct().ToArray();
            forks += successors.Length - 1;
            token = successors[0];
        }

        forks.Should().Be(0);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.Generation.Should().Be(Races);
        TestContext.Out.WriteLine($"{Races} races of {Callers} callers, {forks} forks.");
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }
}
