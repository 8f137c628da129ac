using RefreshTokenRotation.Redis.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>Kills the server (SIGKILL) during exchanges. After its restart, every response that was sent is there, and each family has one lineage.</summary>
[TestFixture]
internal sealed class CrashTests
{
    [Test]
    public async Task Server_killed_under_load_keeps_every_answered_exchange_and_one_lineage()
    {
        var server = await RedisServer.StartAsync("--appendfsync", "always");
        await using var site = await TestSite.ConnectAsync(server.Address, [server], server);
        await using var space = new TestSpace(site);
        var policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };
        await using var clients = await Lineages.LogInAsync(space.Node(policy), [.. Enumerable.Range(0, 8).Select(i => $"user{i}")]);

        clients.Start();
        await clients.AnswerAsync(100);
        await server.KillAsync();
        await server.StartAgainAsync();
        await clients.AnswerAsync(50);
        await clients.StopAsync();

        await clients.CheckAsync(space.Node(policy));
    }
}
