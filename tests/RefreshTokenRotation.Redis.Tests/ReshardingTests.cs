using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>A slot moves from one node of the cluster to another while families in it are exchanged: MOVED and ASK, and TRYAGAIN for log-ins.</summary>
[TestFixture]
internal sealed class ReshardingTests
{
    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };

    [TestCase(0)]
    [TestCase(1)]
    public async Task Slot_that_moves_under_load_loses_and_forks_nothing(int replicasToWaitFor)
    {
        var own = replicasToWaitFor == 0 ? null : await RedisCluster.StartAsync(replicas: 1);
        await using var ownSite = own is null ? null : await TestSite.ConnectAsync(own.Addresses, own.Servers, own);
        await using var space = new TestSpace(ownSite ?? await TestServers.ClusterAsync());
        var node = space.Node(Policy, configure: options => options.ReplicasToWaitFor = replicasToWaitFor);
        var bucket = KeyNames.BucketOf(string.Empty, "user0");
        string[] users = [.. Enumerable.Range(0, 20_000).Select(i => $"user{i}").Where(user => KeyNames.BucketOf(string.Empty, user) == bucket).Take(8)];
        await using var clients = await Lineages.LogInAsync(node, users);
        clients.Start();
        await clients.AnswerAsync(50);

        var move = await SlotMove.BeginAsync(space.Site, $"{space.Prefix}:{{{KeyNames.Name(bucket)}}}:");
        await clients.AnswerAsync(50);
        await move.MigrateAsync(key => key.Contains(":f:", StringComparison.Ordinal), half: true);

        // Where writes wait for replicas, what lies on the other side already has to wait for the rest. So has a log-in, which needs keys on both sides.
        await (replicasToWaitFor == 0 ? clients.AnswerEachAsync(5) : clients.AnswerAsync(20));
        var login = LogInAsync(node, users[0]);
        await move.MigrateAsync(_ => true, half: false);
        await move.EndAsync();
        await clients.AnswerEachAsync(5);
        await login;
        await clients.StopAsync();

        await clients.CheckAsync(space.Node(Policy, configure: options => options.ReplicasToWaitFor = replicasToWaitFor));
    }

    /// <summary>The move may take longer than the store's patience.</summary>
    private static Task LogInAsync(ServiceProvider node, string user) =>
        Eventually.AnsweredAsync(() => node.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = user, ClientId = "spa" }));

    /// <summary>What <c>redis-cli --cluster reshard</c> does for one slot, step by step.</summary>
    private sealed class SlotMove(RedisServer source, RedisServer target, string targetId, string slot, IReadOnlyList<RedisServer> primaries)
    {
        public static async Task<SlotMove> BeginAsync(TestSite site, string key)
        {
            var servers = site.Servers.Take(3).ToArray();
            var slot = (await servers[0].CliAsync("cluster", "keyslot", key)).Trim();
            var owner = site.Connections[0].GetServer((StackExchange.Redis.RedisKey)key).EndPoint.ToString()!;
            var source = servers.Single(server => server.Address == owner);
            var target = servers.First(server => server != source);
            var targetId = (await target.CliAsync("cluster", "myid")).Trim();
            var sourceId = (await source.CliAsync("cluster", "myid")).Trim();
            await target.CliAsync("cluster", "setslot", slot, "importing", sourceId);
            await source.CliAsync("cluster", "setslot", slot, "migrating", targetId);
            return new SlotMove(source, target, targetId, slot, servers);
        }

        public async Task MigrateAsync(Func<string, bool> chosen, bool half)
        {
            var keys = (await source.CliAsync("cluster", "getkeysinslot", slot, "100000"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(chosen).ToArray();
            foreach (var chunk in keys.Take(half ? keys.Length / 2 : keys.Length).Chunk(100))
            {
                await source.CliAsync(
                    ["migrate", "127.0.0.1", target.Port.ToString(CultureInfo.InvariantCulture), string.Empty, "0", "5000", "keys", .. chunk]);
            }
        }

        public async Task EndAsync()
        {
            foreach (var server in new[] { target, source }.Concat(primaries).Distinct())
            {
                await server.CliAsync("cluster", "setslot", slot, "node", targetId);
            }
        }
    }
}
