using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using RefreshTokenRotation;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps families and run-time policies in PostgreSQL, and used proofs and assertions.</summary>
public static class PostgreSqlRefreshTokenRotationBuilderExtensions
{
    /// <summary>Uses the <see cref="NpgsqlDataSource"/> that the host registered. The host disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. Default: tables in <c>public</c>, which you have created.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UsePostgreSql(
        this RefreshTokenRotationBuilder builder, Action<PostgreSqlStoreOptions>? configure = null) =>
        Use(builder, configure, static (provider, options) => Database.Use(provider.GetRequiredService<NpgsqlDataSource>(), options, provider.Time()));

    /// <summary>Uses a data source. The host disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dataSource">The data source. Of several servers (<see cref="NpgsqlMultiHostDataSource"/>) the primary is used.</param>
    /// <param name="configure">Sets options. Default: tables in <c>public</c>, which you have created.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UsePostgreSql(
        this RefreshTokenRotationBuilder builder, NpgsqlDataSource dataSource, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, configure, (provider, options) => Database.Use(dataSource, options, provider.Time()));
    }

    /// <summary>Uses the data source that a function finds, such as one among several. The host disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dataSource">Finds the data source. It is called once.</param>
    /// <param name="configure">Sets options. Default: tables in <c>public</c>, which you have created.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UsePostgreSql(
        this RefreshTokenRotationBuilder builder, Func<IServiceProvider, NpgsqlDataSource> dataSource, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return Use(builder, configure, (provider, options) => Database.Use(dataSource(provider), options, provider.Time()));
    }

    /// <summary>Uses the <see cref="NpgsqlDataSource"/> that the host registered under a key. The host disposes it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="serviceKey">The key of the service, as <c>AddKeyedSingleton</c> takes it.</param>
    /// <param name="configure">Sets options. Default: tables in <c>public</c>, which you have created.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseKeyedPostgreSql(
        this RefreshTokenRotationBuilder builder, object serviceKey, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(serviceKey);
        return Use(builder, configure, (provider, options) => Database.Use(provider.GetRequiredKeyedService<NpgsqlDataSource>(serviceKey), options, provider.Time()));
    }

    /// <summary>Opens the store's own data source, which is closed with the host.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The connection string of Npgsql. Of several servers the primary is used. Connections are not reset
    /// between calls unless <c>No Reset On Close</c> says so: the store changes no setting of a session.</param>
    /// <param name="configure">Sets options. Default: tables in <c>public</c>, which you have created.</param>
    /// <exception cref="ArgumentException">The connection string is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UsePostgreSql(
        this RefreshTokenRotationBuilder builder, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ServerOptions.CheckConnectionString(connectionString, nameof(UsePostgreSql));
        return Use(builder, configure, (provider, options) => Database.Open(connectionString, options, provider.Time()));
    }

    /// <summary>Remembers used DPoP proofs and client assertions in the database that <c>UsePostgreSql</c> names, so that each works once over all nodes. Rows go when
    /// they have expired. The last choice wins.</summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UsePostgreSqlReplayStore(this RefreshTokenRotationBuilder builder) => StoresInUse<Database>.UseReplayStore(
        builder, nameof(UsePostgreSqlReplayStore), nameof(UsePostgreSql), static (database, provider) => new PostgreSqlReplayStore(database, provider.Time()));

    private static RefreshTokenRotationBuilder Use(
        RefreshTokenRotationBuilder builder,
        Action<PostgreSqlStoreOptions>? configure,
        Func<IServiceProvider, PostgreSqlStoreOptions, Database> open)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<PostgreSqlStoreOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlStoreOptions>, StoreOptionsValidator>());
        services.TryAddSingleton<StoresInUse<Database>>();
        services.Replace(ServiceDescriptor.Singleton(provider => open(provider, provider.Options<PostgreSqlStoreOptions>())));
        services.UseTokenStore(ServiceDescriptor.Singleton<ITokenStore>(static provider => new PostgreSqlTokenStore(
            StoresInUse<Database>.Use(provider), provider.Time())), nameof(UsePostgreSql));
        services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore>(static provider => new RotationPolicyCache(
            new PostgreSqlPolicyStore(StoresInUse<Database>.Use(provider)),
            provider.Options<PostgreSqlStoreOptions>().PolicyCacheTime,
            provider.Time())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SchemaService>(static provider => new SchemaService(
            () => StoresInUse<Database>.Find(provider),
            provider.Logger<SchemaService>())));
        return builder;
    }
}
