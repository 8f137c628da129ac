using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps families and run-time policies in a relational database, through Entity Framework Core, and used proofs and assertions.</summary>
public static class EntityFrameworkCoreRefreshTokenRotationBuilderExtensions
{
    /// <summary>Uses the host's own context, whose model has the tables (<see cref="RefreshTokenRotationModelBuilderExtensions.AddRefreshTokenRotation"/>).</summary>
    /// <typeparam name="TContext">The context. Register it with <c>AddDbContext</c>, <c>AddDbContextFactory</c> or one of their pooled forms; a factory is preferred.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseEntityFrameworkCore<TContext>(
        this RefreshTokenRotationBuilder builder, Action<EntityFrameworkCoreStoreOptions>? configure = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var options = services.AddOptions<EntityFrameworkCoreStoreOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        if (typeof(TContext) != typeof(RefreshTokenRotationDbContext))
        {
            options.Validate(
                static options => !options.CreateSchema,
                $"CreateSchema (True) must be False with {typeof(TContext).Name}: its migrations create the tables.");
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EntityFrameworkCoreStoreOptions>, StoreOptionsValidator>());
        services.TryAddSingleton<StoresInUse<ContextSource>>();
        services.Replace(ServiceDescriptor.Singleton(provider => new ContextSource(new Contexts<TContext>(provider, services).OpenAsync)));
        services.UseTokenStore(
            ServiceDescriptor.Singleton<ITokenStore>(static provider => new EntityFrameworkCoreTokenStore(
                StoresInUse<ContextSource>.Use(provider), provider.Options<EntityFrameworkCoreStoreOptions>(), provider.Time())),
            "UseEntityFrameworkCore");
        services.Replace(ServiceDescriptor.Singleton<IRotationPolicyStore>(static provider => new RotationPolicyCache(
            new EntityFrameworkCorePolicyStore(StoresInUse<ContextSource>.Use(provider), provider.Time()),
            provider.Options<EntityFrameworkCoreStoreOptions>().PolicyCacheTime,
            provider.Time())));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartService>(static provider => new StartService(
            () => StoresInUse<ContextSource>.Find(provider),
            provider.Options<EntityFrameworkCoreStoreOptions>().CreateSchema,
            provider.Logger<StartService>())));
        return builder;
    }

    /// <summary>Uses the store's own context, <see cref="RefreshTokenRotationDbContext"/>, from a pool.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configureContext">Names the provider and the database.</param>
    /// <param name="configure">Sets options. Default: tables that already exist.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseEntityFrameworkCore(
        this RefreshTokenRotationBuilder builder,
        Action<DbContextOptionsBuilder> configureContext,
        Action<EntityFrameworkCoreStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configureContext);
        return builder.UseEntityFrameworkCore((_, options) => configureContext(options), configure);
    }

    /// <summary>Uses the store's own context, <see cref="RefreshTokenRotationDbContext"/>, from a pool.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configureContext">Names the provider and the database, with the help of the host's services.</param>
    /// <param name="configure">Sets options. Default: tables that already exist.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseEntityFrameworkCore(
        this RefreshTokenRotationBuilder builder,
        Action<IServiceProvider, DbContextOptionsBuilder> configureContext,
        Action<EntityFrameworkCoreStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configureContext);
        builder.Services.AddPooledDbContextFactory<RefreshTokenRotationDbContext>(configureContext);
        return builder.UseEntityFrameworkCore<RefreshTokenRotationDbContext>(configure);
    }

    /// <summary>Remembers used DPoP proofs and client assertions in the database that <c>UseEntityFrameworkCore</c> names, so that each works once over all nodes. Rows go
    /// when they have expired. The last choice wins.</summary>
    /// <param name="builder">The builder.</param>
    /// <remarks>A context of the host's own needs the table: <see cref="RefreshTokenRotationModelOptions.ReplaysTable"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseEntityFrameworkCoreReplayStore(this RefreshTokenRotationBuilder builder) => StoresInUse<ContextSource>.UseReplayStore(
        builder,
        nameof(UseEntityFrameworkCoreReplayStore),
        nameof(UseEntityFrameworkCore),
        static (contexts, provider) => new EntityFrameworkCoreReplayStore(contexts, provider.Options<EntityFrameworkCoreStoreOptions>(), provider.Time()));
}
