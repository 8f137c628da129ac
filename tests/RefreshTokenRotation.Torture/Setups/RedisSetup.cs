using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Torture.Faults;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Setups;

/// <summary>What is wrong with a Redis server.</summary>
internal enum RedisFlaw
{
    None,

    /// <summary>Nothing is written to the disk.</summary>
    NoAppendOnlyFile,

    /// <summary>Nothing is synced to the disk, and the machine loses its power.</summary>
    NoSync,

    /// <summary>A full memory drops keys.</summary>
    Evicts,
}

/// <summary>One Redis server that syncs every write.</summary>
internal sealed class RedisSetup(string name, RedisFlaw flaw = RedisFlaw.None) : Setup
{
    private readonly List<CuttingProxy> _proxies = [];
    private RedisServer? _server;
    private long _synced;

    public override string Name => name;

    public override IReadOnlyList<Fault> Faults => flaw switch
    {
        RedisFlaw.None => [Kill("server killed"), .. LinkFaults.For(_proxies), new Fault("server", "server stopped", StopAsync)],
        RedisFlaw.Evicts => [new Fault("server", "memory full", FillAsync)],
        RedisFlaw.NoSync => [Kill("power lost")],
        _ => [Kill("server killed")],
    };

    private RedisServer Server => _server!;

    public override async Task StartAsync()
    {
        _server = await RedisServer.StartAsync(flaw switch
        {
            RedisFlaw.NoAppendOnlyFile => ["--appendonly", "no"],
            RedisFlaw.NoSync => ["--appendfsync", "no"],
            RedisFlaw.Evicts => ["--appendfsync", "always", "--maxmemory-policy", "allkeys-random"],
            _ => ["--appendfsync", "always"],
        });
        for (var place = 0; place < Nodes; place++)
        {
            _proxies.Add(new CuttingProxy("127.0.0.1", Server.Port));
        }
    }

    public override StoreAddress AddressOf(int place) => new("Redis", FormattableString.Invariant($"127.0.0.1:{_proxies[place].Port},asyncTimeout=10000,connectTimeout=2000,syncTimeout=10000,abortConnect=false"));

    public override async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private Fault Kill(string what) => new("server", what, async _ =>
    {
        await Server.KillAsync();
        if (flaw == RedisFlaw.NoSync)
        {
            Server.LoseUnsynced(_synced);
        }

        return async () =>
        {
            await Server.StartAgainAsync();
            _synced = flaw == RedisFlaw.NoSync ? Server.AppendedBytes : 0;
        };
    });

    private async Task<Func<Task>> StopAsync(Random random)
    {
        await Server.SignalAsync("STOP");
        return () => Server.SignalAsync("CONT");
    }

    private async Task<Func<Task>> FillAsync(Random random)
    {
        await Server.CliAsync("config", "set", "maxmemory", "1mb");
        return async () => await Server.CliAsync("config", "set", "maxmemory", "0");
    }
}

/// <summary>Three primaries with a replica each; a primary is killed, and its replica is promoted.</summary>
internal sealed class RedisClusterSetup(string name, bool waits = true) : Setup
{
    private RedisCluster? _cluster;

    public override string Name => name;

    public override IReadOnlyList<Fault> Faults => [new Fault("server", "primary killed, replica promoted", FailOverAsync)];

    private RedisCluster Cluster => _cluster!;

    public override async Task StartAsync()
    {
        _cluster = await RedisCluster.StartAsync(replicas: 1);
        foreach (var server in Cluster.Servers)
        {
            await RequireReplicaAsync(server);
        }
    }

    public override StoreAddress AddressOf(int place) => new(
        "Redis", $"{Cluster.Addresses},asyncTimeout=10000,connectTimeout=2000,syncTimeout=10000,abortConnect=false", Option: waits ? "1" : "0");

    public override async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private async Task<Func<Task>> FailOverAsync(Random random)
    {
        var primaries = new List<RedisServer>();
        foreach (var server in Cluster.Servers)
        {
            if ((await server.CliAsync("info", "replication")).Contains("role:master", StringComparison.Ordinal))
            {
                primaries.Add(server);
            }
        }

        var primary = primaries[random.Next(primaries.Count)];
        var replica = await Cluster.ReplicaOfAsync(primary);
        await replica.SignalAsync("STOP");
        await primary.CliAsync("client", "kill", "type", "replica");
        await Task.Delay(TimeSpan.FromMilliseconds(1000), TimeProvider.System);
        await primary.KillAsync();
        await replica.SignalAsync("CONT");
        await UntilAsync(replica, "role:master");
        return async () =>
        {
            // It finds out that it was replaced, and follows.
            await primary.StartAgainAsync();
            await RequireReplicaAsync(primary);
            await UntilAsync(primary, "master_link_status:up");
        };
    }

    /// <summary>Without it, another node reads what no replica has yet.</summary>
    private Task RequireReplicaAsync(RedisServer server) => server.CliAsync("config", "set", "min-replicas-to-write", waits ? "1" : "0");

    private static Task UntilAsync(RedisServer server, string state) => RefreshTokenRotation.Tests.Support.Eventually.HoldsAsync(
        async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            return (await server.CliAsync("info", "replication")).Contains(state, StringComparison.Ordinal);
        },
        state);
}
