using System.Globalization;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>A throw-away cluster of three primaries, and of replicas where a test wants them.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Primaries = 3;

    private readonly List<RedisServer> _servers = [];

    /// <summary>The servers: the primaries, then the replicas in the same order.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    public string Addresses => string.Join(',', _servers.Select(server => server.Address));

    public static async Task<RedisCluster> StartAsync(int replicas = 0)
    {
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < Primaries * (1 + replicas); i++)
            {
                cluster._servers.Add(await RedisServer.StartAsync(
                    "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-config-file", "nodes.conf", "--repl-diskless-sync-delay", "0"));
            }

            await cluster._servers[0].CliAsync(
                ["--cluster", "create", .. cluster._servers.Select(server => server.Address), "--cluster-replicas", replicas.ToString(CultureInfo.InvariantCulture), "--cluster-yes"]);
            foreach (var server in cluster._servers)
            {
                await Eventually.HoldsAsync(
                    async () => (await server.CliAsync("cluster", "info")).Contains("cluster_state:ok", StringComparison.Ordinal), "the cluster is up");
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The replica that follows a primary.</summary>
    public async Task<RedisServer> ReplicaOfAsync(RedisServer primary)
    {
        var id = (await primary.CliAsync("cluster", "myid")).Trim();
        var line = (await primary.CliAsync("cluster", "replicas", id)).Trim();
        return _servers.Single(server => line.Contains($" {server.Address}@", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }
}
