using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Sqlite;
using RefreshTokenRotation.Sqlite.Internal;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps families and run-time policies in a SQLite file.</summary>
public static class SqliteRefreshTokenRotationBuilderExtensions
{
    /// <summary>Uses the store's own file, which is created if it is missing. The end of the host releases it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="dataSource">The path of the file, or a connection string of Microsoft.Data.Sqlite (any text with a <c>=</c> in it).</param>
    /// <param name="configure">Sets options. Default: writes are durable before a call returns, and the file is created and upgraded at startup.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="dataSource"/> is null.</exception>
    /// <remarks>The application references the native library, such as SQLitePCLRaw.bundle_e_sqlite3. Without one, the host does not start, and says so.</remarks>
    public static RefreshTokenRotationBuilder UseSqlite(
        this RefreshTokenRotationBuilder builder, string dataSource, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (dataSource is null)
        {
            throw new ArgumentNullException(nameof(dataSource), "UseSqlite got no data source: is the setting in the configuration?");
        }

        var services = builder.Services;
        services.AddOptions<SqliteStoreOptions>()
            .Configure(options => options.DataSource = dataSource)
            .Configure(configure ?? (static _ => { }))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteStoreOptions>, StoreOptionsValidator>());
        services.Replace(ServiceDescriptor.Singleton(static provider => new Database(provider.Options<SqliteStoreOptions>())));
        services.TryAddSingleton<StoresInUse<Database>>();
        services.UseTokenStore(ServiceDescriptor.Singleton<ITokenStore>(static provider => new SqliteTokenStore(StoresInUse<Database>.Use(provider))), nameof(UseSqlite));
        services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore>(static provider => new SqlitePolicyStore(StoresInUse<Database>.Use(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OpeningService>(static provider => new OpeningService(
            () => FindDatabase(provider),
            provider.Options<SqliteStoreOptions>(),
            provider.Logger<OpeningService>())));
        return builder;
    }

    /// <summary>A store that the host has put before one of ours uses the file too; one in its place does not.</summary>
    private static Database? FindDatabase(IServiceProvider provider)
    {
        _ = provider.GetService<ITokenStore>();
        _ = provider.GetService<IRotationPolicyStore>();
        return provider.GetRequiredService<StoresInUse<Database>>().Database;
    }
}
