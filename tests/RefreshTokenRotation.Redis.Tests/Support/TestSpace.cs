using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>Keys of one test's own, with any number of nodes on them.</summary>
internal sealed class TestSpace(TestSite site) : IAsyncDisposable
{
    private readonly List<ServiceProvider> _nodes = [];
    private int _count;

    public string Prefix { get; } = $"t{Guid.NewGuid():N}";

    public TestSite Site => site;

    public static async Task<TestSpace> CreateAsync(bool cluster = false) => new(await TestServers.Of(cluster));

    /// <summary>A node: a provider with the real engine. Two nodes after each other have different connections.</summary>
    public ServiceProvider Node(
        RotationPolicy? policy = null, TimeProvider? time = null, Action<RedisStoreOptions>? configure = null, string? connectionString = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        var builder = services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy ?? RotationPolicy.Strict);
        _ = connectionString is null
            ? builder.UseRedis(site.Connections[_count++ % site.Connections.Length], Configure)
            : builder.UseRedis(connectionString, Configure);
        builder.UseRedisReplayStore();
        var node = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _nodes.Add(node);
        return node;

        void Configure(RedisStoreOptions options)
        {
            options.KeyPrefix = Prefix;
            configure?.Invoke(options);
        }
    }

    /// <summary>A node's token store.</summary>
    public ITokenStore Store() => Node().GetRequiredService<ITokenStore>();

    /// <summary>The names of the keys that are there.</summary>
    public async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        foreach (var server in site.Connections[0].GetServers().Where(server => !server.IsReplica))
        {
            await foreach (var key in server.KeysAsync(pattern: $"{Prefix}:*", pageSize: 1000))
            {
                keys.Add(((string)key!)[Prefix.Length..]);
            }
        }

        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
