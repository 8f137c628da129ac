using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Tests.Support;
using StackExchange.Redis;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>What a start reads, what it refuses, and what it tells the host to set or to grant. One server, whose settings each test changes.</summary>
[TestFixture]
internal sealed class StartTests
{
    private RedisServer? _server;

    private RedisServer Server => _server!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [SetUp]
    public async Task ResetAsync()
    {
        await SetAsync("appendonly", "yes");
        await SetAsync("appendfsync", "always");
        await SetAsync("maxmemory-policy", "noeviction");
    }

    [TestCase("appendonly", "no", RedisDurability.EverySecond, "*has appendonly no: a restart loses*Set appendonly to yes*or Durability to Unchecked*")]
    [TestCase("appendfsync", "everysec", RedisDurability.EveryWrite, "*has appendfsync everysec: a crash loses*Set appendfsync to always, or Durability to EverySecond*")]
    [TestCase("appendfsync", "no", RedisDurability.EverySecond, "*has appendfsync no: a crash loses*Set appendfsync to always, or to everysec with Durability EverySecond*")]
    [TestCase("maxmemory-policy", "allkeys-lru", RedisDurability.EveryWrite, "*has maxmemory-policy allkeys-lru, which evicts families*Set maxmemory-policy to noeviction*")]
    [TestCase("maxmemory-policy", "volatile-ttl", RedisDurability.EveryWrite, "*has maxmemory-policy volatile-ttl, which evicts used proofs*")]
    public async Task Start_refuses_a_server_that_loses_or_evicts(string setting, string value, RedisDurability durability, string message)
    {
        await SetAsync(setting, value);

        await TestHost.FailsAsync(() => RunAsync(durability), message);
    }

    [Test]
    public async Task Start_accepts_a_server_that_keeps_every_write_and_leaves_nothing_but_a_used_proof()
    {
        using var log = new LogCapture();
        await RunAsync(RedisDurability.EveryWrite, log);

        log.Entries.Where(entry => entry.Level >= LogLevel.Warning && entry.Id.Id is > 120 and < 130).Should().BeEmpty();
        (await Server.CliAsync("keys", "rtr:*")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().OnlyContain(key => key.StartsWith("rtr:r:"));
    }

    [TestCase("appendfsync", "everysec", RedisDurability.EverySecond, 122)]
    [TestCase("appendonly", "no", RedisDurability.Unchecked, 121)]
    public async Task Start_warns_of_what_the_host_accepted(string setting, string value, RedisDurability durability, int eventId)
    {
        await SetAsync(setting, value);
        using var log = new LogCapture();
        await RunAsync(durability, log);

        log.Of(eventId).Should().ContainSingle();
    }

    [Test]
    public async Task Start_accepts_the_eviction_of_keys_that_expire_where_no_proofs_are_kept()
    {
        await SetAsync("maxmemory-policy", "volatile-lru");

        await FluentActions.Awaiting(() => RunAsync(RedisDurability.EveryWrite, replays: false)).Should().NotThrowAsync();
    }

    [Test]
    public async Task User_with_the_least_rights_can_start_and_exchange()
    {
        await GrantAsync("least", StartFault.Commands);

        await RunAsync(RedisDurability.EveryWrite, user: "least", exchange: true);
    }

    [TestCase("+evalsha")]
    [TestCase("+zadd")]
    [TestCase("+hmget")]
    [TestCase("+smove")]
    [TestCase("+zrangebyscore")]
    public async Task User_without_a_right_is_told_at_the_start_what_to_grant(string right)
    {
        await GrantAsync("lacking", $"{StartFault.Commands} -{right[1..]}");

        await TestHost.FailsAsync(() => RunAsync(RedisDurability.EveryWrite, user: "lacking"), "The user lacks a right. ACL SETUSER <user> ~rtr:* *+evalsha*The server said: *");
    }

    [Test]
    public async Task User_of_other_keys_is_told_at_the_start_what_to_grant()
    {
        await Server.CliAsync(["acl", "setuser", "stranger", "reset", "on", ">secret", "~other:*", "-@all", .. StartFault.Commands.Split(' ')]);

        await TestHost.FailsAsync(() => RunAsync(RedisDurability.EveryWrite, user: "stranger"), "The user lacks a right. ACL SETUSER <user> ~rtr:* *");
    }

    [Test]
    public async Task Server_that_does_not_permit_CONFIG_needs_an_option()
    {
        await GrantAsync("managed", $"{StartFault.Commands} -config");

        await TestHost.FailsAsync(
            () => RunAsync(RedisDurability.EveryWrite, user: "managed"), "*does not permit CONFIG GET*+config|get*set Durability to Unchecked*The server said: *");
        await FluentActions.Awaiting(() => RunAsync(RedisDurability.Unchecked, user: "managed")).Should().NotThrowAsync();
    }

    [Test]
    public async Task Connection_of_the_host_that_does_not_permit_the_questions_needs_a_setting()
    {
        using var plain = await ConnectionMultiplexer.ConnectAsync(Server.Address);
        using var admin = await ConnectionMultiplexer.ConnectAsync($"{Server.Address},allowAdmin=true");
        using var refused = TestHost.Create(services => services.AddRefreshTokenRotation().UseRedis(plain));
        using var accepted = TestHost.Create(services => services.AddRefreshTokenRotation().UseRedis(admin));

        await TestHost.FailsAsync(() => refused.StartAsync(), "*does not permit INFO and CONFIG GET*Add allowAdmin=true*or set Durability to Unchecked*");
        await FluentActions.Awaiting(() => accepted.StartAsync()).Should().NotThrowAsync();
        await accepted.StopAsync();
    }

    [Test]
    public async Task Replica_is_refused_and_never_answers_for_the_primary()
    {
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {Server.Port}");
        await Eventually.HoldsAsync(
            async () => (await replica.CliAsync("info", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");

        // A driver that takes it for a primary, as one behind an address that a failover moves.
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(replica.Address);
        var read = () => multiplexer.GetServers()[0].ExecuteAsync("EVAL", Script.Row.Text, 1, "rtr:{00}:f:0");

        (await read.Should().ThrowAsync<RedisServerException>()).WithMessage("*READONLY*");
    }

    [Test]
    public async Task Server_that_is_away_stops_the_start()
    {
        using var host = TestHost.Create(services => services.AddRefreshTokenRotation().UseRedis("127.0.0.1:1,connectTimeout=500,asyncTimeout=500"));

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<Exception>();
    }

    private Task SetAsync(string setting, string value) => Server.CliAsync("config", "set", setting, value);

    private Task GrantAsync(string user, string commands) => Server.CliAsync(
        ["acl", "setuser", user, "reset", "on", ">secret", "~rtr:*", "-@all", .. commands.Split(' ')]);

    private async Task RunAsync(
        RedisDurability durability, LogCapture? log = null, bool replays = true, string? user = null, bool exchange = false)
    {
        var connectionString = user is null ? Server.Address : $"{Server.Address},user={user},password=secret";
        using var host = TestHost.Create(services =>
        {
            if (log is not null)
            {
                services.AddSingleton<ILoggerFactory>(log);
            }

            var builder = services.AddRefreshTokenRotation().UseRedis(connectionString, options =>
            {
                options.Durability = durability;
                options.ReplicasToWaitFor = 0;
            });
            if (replays)
            {
                builder.UseRedisReplayStore();
            }
        });
        await host.StartAsync();
        if (exchange)
        {
            var engine = host.Services.GetRequiredService<IRefreshTokenService>();
            var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
            (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Succeeded>();
            (await host.Services.GetRequiredService<ITokenFamilyManager>().RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User)).Should().Be(1);
            await Server.CliAsync("flushall");
        }

        await host.StopAsync();
    }
}
