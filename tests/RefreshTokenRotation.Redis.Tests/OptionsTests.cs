using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Storage;
using StackExchange.Redis;

namespace RefreshTokenRotation.Redis.Tests;

/// <summary>What <c>UseRedis</c> registers, and the bounds of its options.</summary>
[TestFixture]
internal sealed class OptionsTests
{
    private const string Somewhere = "127.0.0.1:1";

    private static readonly object[] Invalid =
    [
        Case(options => options.KeyPrefix = string.Empty, "*KeyPrefix ('') must be 1 to 40 characters of a-z, A-Z, 0-9, _ and -.*"),
        Case(options => options.KeyPrefix = "{rtr}", "*KeyPrefix ('{rtr}') must be*"),
        Case(options => options.Durability = 0, "*Durability (0) must be EveryWrite, EverySecond, Unchecked.*"),
        Case(options => options.ReplicasToWaitFor = -1, "*ReplicasToWaitFor (-1) must be between 0 and 16.*"),
        Case(options => options.ReplicationTimeout = TimeSpan.Zero, "*ReplicationTimeout (00:00:00) must be between*"),
        Case(options => options.PolicyCacheTime = TimeSpan.FromHours(1), "*PolicyCacheTime (01:00:00) must be between*"),
        Case(options => options.RevocationTimeout = TimeSpan.Zero, "*RevocationTimeout (00:00:00) must be between*"),
    ];

    [TestCaseSource(nameof(Invalid))]
    public void Options_out_of_bounds_are_refused_by_a_message_that_names_option_value_and_bound(Action<RedisStoreOptions> configure, string message)
    {
        using var provider = Provider(builder => builder.UseRedis(Somewhere, configure));

        FluentActions.Invoking(() => provider.GetRequiredService<IStartupValidator>().Validate())
            .Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Test]
    public void Options_at_their_bounds_are_accepted()
    {
        using var provider = Provider(builder => builder.UseRedis(Somewhere, options =>
        {
            options.KeyPrefix = new string('Z', 40);
            options.ReplicasToWaitFor = 16;
            options.ReplicationTimeout = TimeSpan.FromMinutes(1);
            options.PolicyCacheTime = TimeSpan.Zero;
        }));

        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [TestCase(null)]
    [TestCase(" ")]
    public void Connection_string_that_is_missing_is_refused_at_once(string? connectionString)
    {
        var use = () => Provider(builder => builder.UseRedis(connectionString!));

        use.Should().Throw<ArgumentException>().WithMessage("UseRedis got no connection string: is it in the configuration, such as ConnectionStrings*");
    }

    [Test]
    public void Token_store_and_policy_store_are_both_in_Redis()
    {
        using var provider = Provider(builder => builder.UseRedis(Somewhere));

        provider.GetRequiredService<ITokenStore>().Should().BeOfType<RedisTokenStore>().Which.KeepsTrail.Should().BeTrue();
        provider.GetRequiredService<IRotationPolicyStore>().Should().BeOfType<RotationPolicyCache>();
    }

    [Test]
    public async Task Connection_of_the_host_is_used_however_it_is_named_and_outlives_the_provider()
    {
        var shared = (await TestServers.SingleAsync()).Connections[0];
        Action<RefreshTokenRotationBuilder>[] ways =
        [
            builder => builder.UseRedis(),
            builder => builder.UseRedis(shared),
            builder => builder.UseRedis(provider => provider.GetRequiredService<IConnectionMultiplexer>()),
        ];
        foreach (var way in ways)
        {
            await using (var provider = Provider(way, shared))
            {
                (await provider.GetRequiredService<RedisConnection>().MultiplexerAsync(CancellationToken.None)).Should().BeSameAs(shared);
            }

            shared.IsConnected.Should().BeTrue();
        }
    }

    [Test]
    public async Task Connection_of_its_own_is_closed_with_the_provider()
    {
        IConnectionMultiplexer own;
        await using (var provider = Provider(builder => builder.UseRedis("127.0.0.1:1,connectTimeout=100")))
        {
            var connection = provider.GetRequiredService<RedisConnection>();
            own = await connection.MultiplexerAsync(CancellationToken.None);
            (await connection.MultiplexerAsync(CancellationToken.None)).Should().BeSameAs(own);
            own.ClientName.Should().Be("RefreshTokenRotation");
        }

        FluentActions.Invoking(() => own.GetDatabase().Ping()).Should().Throw<ObjectDisposedException>();
    }

    [Test]
    public void Replay_store_without_its_connection_says_what_is_missing()
    {
        using var provider = new ServiceCollection().AddRefreshTokenRotation().UseRedisReplayStore().Services.BuildServiceProvider();

        provider.Invoking(services => services.GetRequiredService<IReplayStore>()).Should().Throw<InvalidOperationException>().WithMessage("*UseRedis()*");
    }

    private static object[] Case(Action<RedisStoreOptions> configure, string message) => [configure, message];

    private static ServiceProvider Provider(Action<RefreshTokenRotationBuilder> use, IConnectionMultiplexer? shared = null)
    {
        var services = new ServiceCollection();
        if (shared is not null)
        {
            services.AddSingleton(shared);
        }

        use(services.AddRefreshTokenRotation());
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
