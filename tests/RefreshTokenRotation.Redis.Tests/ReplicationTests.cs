using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>A cluster with a replica for each primary: what a start says about it, what waits, and what a failover leaves.</summary>
[TestFixture]
internal sealed class ReplicationTests
{
    private static readonly RotationPolicy Policy = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1) };

    private RedisCluster? _cluster;
    private TestSite? _site;

    private RedisCluster Cluster => _cluster!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await RedisCluster.StartAsync(replicas: 1);
        _site = await TestSite.ConnectAsync(_cluster.Addresses, _cluster.Servers, _cluster, "connectTimeout=2000");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }
    }

    [Order(1)]
    [TestCase(null, "*has 1 replicas, and a failover loses what they had not received. Set ReplicasToWaitFor to 1 or more*")]
    [TestCase(2, "ReplicasToWaitFor is 2, and*has 1 replicas: no write could complete.*")]
    public async Task Start_refuses_a_choice_that_is_open_or_can_not_be_met(int? replicas, string message) =>
        await TestHost.FailsAsync(() => StartHostAsync(replicas, new LogCapture()), message);

    [Order(2)]
    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public async Task Start_accepts_a_choice_and_warns_of_a_loss(int replicas, int warnings)
    {
        using var log = new LogCapture();
        await StartHostAsync(replicas, log);

        log.Of(123).Count().Should().Be(3 * warnings, "there are three primaries");
    }

    [Order(3)]
    [Test]
    public async Task Write_that_no_replica_confirms_is_an_outage_until_one_does()
    {
        await using var space = new TestSpace(_site!);
        var node = space.Node(Policy, configure: options =>
        {
            options.ReplicasToWaitFor = 1;
            options.ReplicationTimeout = TimeSpan.FromMilliseconds(200);
        });
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        var exchange = () => engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" }).AsTask();
        var family = (await node.GetRequiredService<ITokenFamilyManager>().FindByTokenAsync(token))!;
        var replica = await ReplicaOfAsync(space, family);

        await replica.SignalAsync("STOP");
        await exchange.Should().ThrowAsync<RefreshTokenUnavailableException>();
        await exchange.Should().ThrowAsync<RefreshTokenUnavailableException>("the row is written, and no replica has it");
        await replica.SignalAsync("CONT");
        ExchangeResult? result = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    result = await exchange();
                    return true;
                }
                catch (RefreshTokenUnavailableException)
                {
                    return false;
                }
            },
            "the replica confirms");

        result.Should().BeOfType<ExchangeResult.Succeeded>().Which.Family.Generation.Should().Be(1);
    }

    [Order(4)]
    [Test]
    public async Task Replica_that_is_promoted_has_all_that_was_answered()
    {
        await using var space = new TestSpace(_site!);
        var node = space.Node(Policy, configure: options => options.ReplicasToWaitFor = 1);
        await using var clients = await Lineages.LogInAsync(node, [.. Enumerable.Range(0, 24).Select(i => $"user{i}")]);
        var replica = await Cluster.ReplicaOfAsync(Cluster.Servers[0]);

        clients.Start();
        await clients.AnswerAsync(300);
        await Cluster.Servers[0].KillAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                await Task.Delay(Lineages.Pause);
                return (await replica.CliAsync("info", "replication")).Contains("role:master", StringComparison.Ordinal);
            },
            "the replica is promoted");
        await clients.AnswerAsync(1);
        await clients.StopAsync();

        // The promoted server has no replica of its own now, and writes no longer wait.
        await clients.CheckAsync(space.Node(Policy, configure: options => options.ReplicasToWaitFor = 0));
    }

    private async Task<RedisServer> ReplicaOfAsync(TestSpace space, TokenFamilyInfo family)
    {
        var key = new KeyNames(space.Prefix).Family(KeyNames.BucketOf(string.Empty, family.Subject), KeyNames.Id(family.FamilyId));
        var primary = _site!.Connections[0].GetServer(key).EndPoint.ToString();
        return await Cluster.ReplicaOfAsync(Cluster.Servers.Single(server => server.Address == primary));
    }

    private async Task StartHostAsync(int? replicas, LogCapture log)
    {
        using var host = TestHost.Create(services => services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(log).AddRefreshTokenRotation()
            .UseRedis(_site!.Addresses, options =>
            {
                options.KeyPrefix = "starts";
                options.Durability = RedisDurability.EverySecond;
                options.ReplicasToWaitFor = replicas;
            }));
        foreach (var server in Cluster.Servers)
        {
            await server.CliAsync("config", "set", "appendfsync", "everysec");
        }

        await host.StartAsync();
        await host.StopAsync();
    }
}
