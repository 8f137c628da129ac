using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Adoption;
using RefreshTokenRotation.Configuration;
using RefreshTokenRotation.Rotation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds refresh token rotation to a host.</summary>
public static class RefreshTokenRotationServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IRefreshTokenService"/> and <see cref="ITokenFamilyManager"/>, safe by default: no leeway, 30 days, families in memory.</summary>
    /// <param name="services">The services. What the host registered itself, before or after, is kept.</param>
    /// <returns>The builder, on which you choose a store and more. A second call without settings returns it again.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddRefreshTokenRotation(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddOptions<RefreshTokenRotationOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RefreshTokenRotationOptions>, OptionsValidator>(
            static provider => new OptionsValidator(provider.GetRequiredService<ITokenStore>, provider.GetService<ILoggerFactory>())));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(CreateInMemoryStore);
        services.TryAddSingleton<IRotationPolicyStore, InMemoryRotationPolicyStore>();
        services.TryAddSingleton<IRotationPolicyResolver, DefaultPolicyResolver>();
        services.TryAddSingleton<IRotationPolicyManager>(static provider => new RotationPolicyManager(
            provider.GetRequiredService<IRotationPolicyStore>(),
            provider.GetRequiredService<IRotationPolicyResolver>(),
            provider.GetRequiredService<CurrentOptions>(),
            provider.GetRequiredService<ITokenStore>));
        services.TryAddSingleton<IRefreshTokenService, RefreshTokenService>();
        services.TryAddSingleton<ITokenFamilyManager, TokenFamilyManager>();

        services.TryAddSingleton<CurrentOptions>();
        services.TryAddSingleton(static provider => new PolicySource(
            provider.GetRequiredService<IRotationPolicyResolver>(),
            provider.GetRequiredService<CurrentOptions>(),
            provider.GetRequiredService<ITokenStore>,
            provider.CreateSafeLogger<PolicySource>()));
        services.TryAddSingleton<InstrumentedTokenStore>();
        services.TryAddSingleton<RandomSource>();
        services.AddHostParts<IExchangeHook>();
        services.AddHostParts<IRefreshTokenEventHandler>();
        services.TryAddSingleton<ExchangeHooks>();
        services.TryAddSingleton<TokenIssuance>();
        services.TryAddSingleton<LegacyTokens>();
        services.TryAddSingleton<TokenExchange>();
        services.TryAddSingleton<FamilyRevoker>();
        services.TryAddSingleton<WideReuseResponse>();
        services.TryAddSingleton<SiblingMigration>();
        services.TryAddSingleton<TokenRevocation>();
        services.TryAddSingleton(static provider => new RotationMetrics(provider.CreateMeter()));
        services.TryAddSingleton(static provider => new ExchangeReporter(
            provider.GetRequiredService<EventSink>(),
            provider.GetRequiredService<RotationMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.CreateSafeLogger<IRefreshTokenService>(),
            provider.GetServices<IRevocationObserver>()));
        services.TryAddSingleton(static provider => new EventDispatcher(
            provider.GetRequiredService<HostParts<IRefreshTokenEventHandler>>(),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<CurrentOptions>(),
            provider.GetRequiredService<RotationMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.CreateSafeLogger<EventDispatcher>()));
        services.TryAddSingleton<EventSink>(static provider => provider.GetRequiredService<EventDispatcher>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EventDispatcher>(
            static provider => provider.GetRequiredService<EventDispatcher>()));

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RegistrationCheck>(
            provider => new RegistrationCheck(services, provider.CreateSafeLogger<RegistrationCheck>())));

        services.AddOptions<PruningOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PruningOptions>, PruningValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PruningService>(static provider => new PruningService(
            provider.GetRequiredService<ITokenFamilyManager>(),
            provider.GetRequiredService<IOptions<PruningOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RandomSource>(),
            provider.CreateSafeLogger<PruningService>())));

        return new RefreshTokenRotationBuilder(services);
    }

    /// <summary>Adds <see cref="IRefreshTokenService"/> and <see cref="ITokenFamilyManager"/>.</summary>
    /// <param name="services">The services. What the host registered itself, before or after, is kept.</param>
    /// <param name="configure">Sets options. They are validated when the host starts, or when the service is first used.</param>
    /// <returns>The builder, on which you choose a store and more.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">Refresh token rotation was already added with settings; a container holds only one.</exception>
    public static RefreshTokenRotationBuilder AddRefreshTokenRotation(
        this IServiceCollection services, Action<RefreshTokenRotationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        RefuseSecond(services);
        services.Configure(configure);
        return services.AddRefreshTokenRotation();
    }

    /// <summary>Adds <see cref="IRefreshTokenService"/> and <see cref="ITokenFamilyManager"/>, with the options of a configuration section. It is read
    /// strictly: an unknown name, a value that can't be read or a duration without its unit keeps the host from starting, and the message names the path. An
    /// invalid change at run time is logged and not applied.</summary>
    /// <param name="services">The services. What the host registered itself, before or after, is kept.</param>
    /// <param name="configuration">The section, such as <c>RefreshTokenRotation</c> of <c>appsettings.json</c>. Its names are those of
    /// <see cref="RefreshTokenRotationOptions"/> and <see cref="RotationPolicy"/>; a policy begins from its <c>Preset</c>, by default <c>Strict</c>.</param>
    /// <returns>The builder, on which you choose a store and more.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">Refresh token rotation was already added with settings; a container holds only one.</exception>
    public static RefreshTokenRotationBuilder AddRefreshTokenRotation(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        RefuseSecond(services);
        services.AddSingleton<IOptionsChangeTokenSource<RefreshTokenRotationOptions>>(new ConfigurationChanges(configuration));
        return services.AddRefreshTokenRotation(options =>
            options.ConfigurationFailures = SettingsReader.Read(configuration, settings => RotationConfiguration.Read(options, settings)));
    }

    /// <summary>Two settings of one container would become one without a word.</summary>
    private static void RefuseSecond(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(CurrentOptions))
            && services.Any(static service => service.ServiceType == typeof(IConfigureOptions<RefreshTokenRotationOptions>)))
        {
            throw new InvalidOperationException(
                "AddRefreshTokenRotation was called with settings before. A container has only one refresh token rotation: to change more of its options, "
                + "call services.Configure<RefreshTokenRotationOptions>(...); for a second one, build a second container.");
        }
    }

    private static ITokenStore CreateInMemoryStore(IServiceProvider provider)
    {
        if (provider.GetService<IHostEnvironment>()?.IsDevelopment() != true)
        {
            provider.CreateSafeLogger<InMemoryTokenStore>().StoreIsInMemory();
        }

        return new InMemoryTokenStore();
    }
}
