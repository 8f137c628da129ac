using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Configuration;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the OAuth endpoints.</summary>
public static class OAuthRefreshTokenRotationBuilderExtensions
{
    /// <summary>Adds what the endpoints need. Map them with <c>MapRefreshTokenRotation()</c>, and register an <see cref="IAccessTokenIssuer"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddEndpoints(
        this RefreshTokenRotationBuilder builder, Action<RefreshTokenEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddLogging();
        services.AddOptions<RefreshTokenEndpointOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RefreshTokenEndpointOptions>, EndpointOptionsValidator>());
        services.AddTenants();
        services.TryAddSingleton<IOAuthClientStore, OptionsClientStore>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UnknownClientWarning>());
        services.TryAddSingleton<IOAuthApiStore, OptionsApiStore>();
        services.TryAddSingleton(static provider => new EndpointMetrics(provider.CreateMeter()));
        SecretBodies.AddTo(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartupWarnings>());
        services.TryAddSingleton<BodyReader>();
        services.TryAddSingleton<OAuthAnswer>();
        services.TryAddSingleton<OAuthPipeline>();
        services.TryAddSingleton<ClientAuthenticator>();
        services.TryAddSingleton<ApiResolver>();
        services.TryAddSingleton<StatedTimes>();

        // By a function: the validation of the container would report a missing IAccessTokenIssuer before MapTokenEndpoint() can say what to call.
        services.TryAddSingleton(static provider => ActivatorUtilities.CreateInstance<RefreshTokenGrantHandler>(provider));
        services.AddHostParts<IGrantTypeHandler>();
        services.TryAddSingleton<GrantTypeHandlers>();
        services.TryAddSingleton(static provider => ActivatorUtilities.CreateInstance<GrantTypeDispatcher>(provider));
        services.TryAddSingleton(static provider => ActivatorUtilities.CreateInstance<TokenEndpoint>(provider));
        services.TryAddSingleton<ClientEndpoint>();
        services.TryAddSingleton<IReplayStore>(static provider => new InMemoryReplayStore(provider.GetRequiredService<TimeProvider>()) { IsDefault = true });
        services.TryAddSingleton<ClientAssertionVerifier>();
        services.TryAddSingleton<ClientAssertionAuthentication>();
        services.TryAddSingleton<EndpointAddresses>();
        services.TryAddSingleton<ProofOfPossessionValidator>();
        services.TryAddSingleton<RevocationEndpoint>();
        services.TryAddSingleton<IntrospectionEndpoint>();
        services.TryAddSingleton<GlobalRevocationEndpoint>();
        services.TryAddSingleton<ServerMetadata>();
        services.TryAddSingleton<PublicDocument>();

        // Nothing of the management API is made until it is mapped.
        services.TryAddSingleton<IManagementAudit, LoggingManagementAudit>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<ManagementPipeline>();
        services.TryAddSingleton<ClientEndpoints>();
        services.TryAddSingleton<DeviceCredentialEndpoints>();
        services.TryAddSingleton<GrantEndpoints>();
        services.TryAddSingleton<RefreshTokenEndpoints>();
        services.TryAddSingleton<BulkRevocation>();
        services.TryAddSingleton<ManagementRoutes>();
        return builder;
    }

    /// <summary>Adds what the endpoints need, with the options of a configuration section. It is read strictly: an unknown name, a value that can't be
    /// read or a duration without its unit keeps the host from starting, and the message names the path.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">The section, such as <c>RefreshTokenEndpoints</c> of <c>appsettings.json</c>. Its names are those of
    /// <see cref="RefreshTokenEndpointOptions"/>, <see cref="OAuthClient"/> and <see cref="OAuthApi"/>; clients are a list, or named by their ids.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder AddEndpoints(this RefreshTokenRotationBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.AddEndpoints(options =>
            options.ConfigurationFailures = SettingsReader.Read(configuration, settings => EndpointConfiguration.Read(options, settings)));
    }

    /// <summary>Adds a grant type at the token endpoint. Clients that list it in <see cref="OAuthClient.GrantTypes"/> may use it.</summary>
    /// <typeparam name="THandler">The handler of the grant type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="lifetime">How long an instance lives. Default: scoped, in the scope of each request, so that it can use a <c>UserManager</c> or a
    /// <c>DbContext</c>. Another one is created when the endpoint is mapped, to read its <see cref="IGrantTypeHandler.GrantType"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddGrantTypeHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this RefreshTokenRotationBuilder builder, ServiceLifetime lifetime = ServiceLifetime.Scoped)
        where THandler : class, IGrantTypeHandler =>
        builder.AddPart<IGrantTypeHandler, THandler>(lifetime);

    /// <summary>Reads clients from your own store instead of the options, as a singleton. The last choice wins.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseClientStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(
        this RefreshTokenRotationBuilder builder)
        where TStore : class, IOAuthClientStore =>
        builder.UsePart<IOAuthClientStore, TStore>();

    /// <summary>Reads resource servers from your own store instead of the options, as a singleton. The last choice wins.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseApiStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(
        this RefreshTokenRotationBuilder builder)
        where TStore : class, IOAuthApiStore =>
        builder.UsePart<IOAuthApiStore, TStore>();
}
