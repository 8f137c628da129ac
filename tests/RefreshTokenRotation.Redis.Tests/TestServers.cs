using RefreshTokenRotation.Redis.Tests.Support;
using StackExchange.Redis;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>What the fixtures of this run share: a server and a cluster, each with two connections for two nodes. Stopped at the end.</summary>
[SetUpFixture]
public sealed class TestServers
{
    private static readonly Lazy<Task<TestSite>> OfServer = new(async () =>
    {
        var server = await RedisServer.StartAsync();
        return await TestSite.ConnectAsync(server.Address, [server], server);
    });

    private static readonly Lazy<Task<TestSite>> OfCluster = new(async () =>
    {
        var cluster = await RedisCluster.StartAsync();
        return await TestSite.ConnectAsync(cluster.Addresses, cluster.Servers, cluster);
    });

    internal static Task<TestSite> SingleAsync() => OfServer.Value;

    internal static Task<TestSite> ClusterAsync() => OfCluster.Value;

    internal static Task<TestSite> Of(bool cluster) => cluster ? ClusterAsync() : SingleAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var site in new[] { OfServer, OfCluster }.Where(site => site.IsValueCreated))
        {
            await (await site.Value).DisposeAsync();
        }
    }
}

/// <summary>Servers, and two connections to them.</summary>
internal sealed class TestSite(string addresses, IReadOnlyList<RedisServer> servers, IConnectionMultiplexer[] connections, IAsyncDisposable owned) : IAsyncDisposable
{
    public string Addresses => addresses;

    public IReadOnlyList<RedisServer> Servers => servers;

    public IConnectionMultiplexer[] Connections => connections;

    /// <summary>Connects.</summary>
    /// <param name="addresses">The addresses of the servers.</param>
    /// <param name="servers">The servers.</param>
    /// <param name="owned">What is to be stopped at the end.</param>
    /// <param name="settings">How the connections wait. By default so long that only a fault ends it, and no busy machine.</param>
    public static async Task<TestSite> ConnectAsync(
        string addresses, IReadOnlyList<RedisServer> servers, IAsyncDisposable owned, string settings = "asyncTimeout=60000,connectTimeout=30000")
    {
        var settled = $"{addresses},{settings}";
        return new(settled, servers, [await ConnectionMultiplexer.ConnectAsync(settled), await ConnectionMultiplexer.ConnectAsync(settled)], owned);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        await owned.DisposeAsync();
    }
}
