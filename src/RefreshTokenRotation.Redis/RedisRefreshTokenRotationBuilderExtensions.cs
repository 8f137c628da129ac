using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Redis;
using RefreshTokenRotation.Redis.Internal;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps families and run-time policies in Redis, and used proofs and assertions.</summary>
public static class RedisRefreshTokenRotationBuilderExtensions
{
    /// <summary>Uses the <see cref="IConnectionMultiplexer"/> that the host registered. The host disposes it. Unless the durability is unchecked, its settings
    /// need <c>allowAdmin=true</c>, because the host sends <c>INFO</c> and <c>CONFIG GET</c> at startup.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseRedis(this RefreshTokenRotationBuilder builder, Action<RedisStoreOptions>? configure = null) => Use(
        builder, configure, static (provider, options) => RedisConnection.Use(provider.GetRequiredService<IConnectionMultiplexer>(), options, provider.Time()));

    /// <summary>Uses a connection. The host disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">The connection, to one server or to a cluster.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseRedis(
        this RefreshTokenRotationBuilder builder, IConnectionMultiplexer connection, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return Use(builder, configure, (provider, options) => RedisConnection.Use(connection, options, provider.Time()));
    }

    /// <summary>Uses the connection that a function finds, such as one among several. The host disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connection">Finds the connection. It is called once.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseRedis(
        this RefreshTokenRotationBuilder builder, Func<IServiceProvider, IConnectionMultiplexer> connection, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return Use(builder, configure, (provider, options) => RedisConnection.Use(connection(provider), options, provider.Time()));
    }

    /// <summary>Opens the store's own connection, which is closed with the host.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string of StackExchange.Redis, such as <c>redis1:6379,user=app,password=...,ssl=true</c>. For a cluster, name
    /// some of the nodes. The store sets <c>abortConnect=false</c> and <c>allowAdmin=true</c>.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseRedis(
        this RefreshTokenRotationBuilder builder, string connectionString, Action<RedisStoreOptions>? configure = null)
    {
        ServerOptions.CheckConnectionString(connectionString, nameof(UseRedis));
        return Use(builder, configure, (provider, options) => RedisConnection.Open(connectionString, options, provider.Time()));
    }

    /// <summary>Remembers used DPoP proofs and client assertions in the Redis that <c>UseRedis</c> names, so that each works once over all nodes. Keys go when
    /// they have expired. The last choice wins.</summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseRedisReplayStore(this RefreshTokenRotationBuilder builder) => StoresInUse<RedisConnection>.UseReplayStore(
        builder, nameof(UseRedisReplayStore), nameof(UseRedis), static (connection, provider) => new RedisReplayStore(connection, provider.Time()));

    private static RefreshTokenRotationBuilder Use(
        RefreshTokenRotationBuilder builder,
        Action<RedisStoreOptions>? configure,
        Func<IServiceProvider, RedisStoreOptions, RedisConnection> open)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<RedisStoreOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisStoreOptions>, StoreOptionsValidator>());
        services.TryAddSingleton<StoresInUse<RedisConnection>>();
        services.Replace(ServiceDescriptor.Singleton(provider => open(provider, provider.Options<RedisStoreOptions>())));
        services.UseTokenStore(ServiceDescriptor.Singleton<ITokenStore>(static provider => new RedisTokenStore(
            StoresInUse<RedisConnection>.Use(provider), provider.Time())), nameof(UseRedis));
        services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore>(static provider => new RotationPolicyCache(
            new RedisPolicyStore(StoresInUse<RedisConnection>.Use(provider)),
            provider.Options<RedisStoreOptions>().PolicyCacheTime,
            provider.Time())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartService>(static provider => new StartService(
            () => StoresInUse<RedisConnection>.Find(provider),
            provider.Logger<StartService>())));
        return builder;
    }
}
