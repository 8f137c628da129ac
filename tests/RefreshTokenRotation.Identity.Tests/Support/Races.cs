using System.Net;

namespace RefreshTokenRotation.Identity.Tests.Support;

/// <summary>One token, presented over HTTP by several callers at once, again and again. <c>IDENTITY_RACES</c> sets the number of races.</summary>
internal static class Races
{
    private const int Callers = 4;

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("IDENTITY_RACES"), out var races) ? races : 100;

    public static async Task RunAsync(Host host)
    {
        using var first = await host.LogInAsync();
        var clients = Enumerable.Range(0, Callers).Select(_ => host.Connect()).ToArray();
        var (token, stolen, forks) = (first.RefreshToken, first.RefreshToken, 0);
        for (var race = 0; race < Count; race++)
        {
            var statuses = await Task.WhenAll(clients.Select(client => client.RefreshAsync(token)));
            statuses.Should().AllBeEquivalentTo(HttpStatusCode.OK);
            var successors = clients.Select(client => client.RefreshToken).Distinct().ToArray();
            forks += successors.Length - 1;
            (token, stolen) = (successors[0], race < Count - 1 ? token : stolen);
        }

        await TestContext.Out.WriteLineAsync($"{Count} races of {Callers} callers, {forks} forks.");
        forks.Should().Be(0);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.Generation.Should().Be(Count);

        (await first.RefreshAsync(stolen)).Should().Be(HttpStatusCode.Unauthorized, "it is a replay");
        (await first.RefreshAsync(token)).Should().Be(HttpStatusCode.Unauthorized, "the family is dead");
        (await clients[0].InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }
}
