using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;
using RefreshTokenRotation.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Binds tokens to a key of their client, so that a copy is worthless.</summary>
public static class ProofOfPossessionRefreshTokenRotationBuilderExtensions
{
    /// <summary>
    /// Accepts DPoP proofs at the token endpoint (RFC 9449). The access token of a request with a proof is bound to the proof's key; so is the
    /// family that a public client starts with one; each refresh then requires the same key. Used proofs are remembered by the
    /// <see cref="IReplayStore"/>; by default each node has its own, in memory.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddDPoP(this RefreshTokenRotationBuilder builder, Action<DPoPOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddAccessTokenVerification(configure);
        builder.Services.Configure<RefreshTokenEndpointOptions>(static options => options.TakesProofs = true);
        return builder;
    }

    /// <summary>
    /// Binds tokens to the client certificate of the connection, if the client has one (RFC 8705 section 3): access tokens, and the families
    /// of public clients. TLS must ask for certificates.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, such as where a proxy puts the certificate.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddMutualTls(this RefreshTokenRotationBuilder builder, Action<MutualTlsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<MutualTlsOptions>().Configure(configure ?? (static _ => { }));
        builder.Services.TryAddSingleton<ClientCertificates>();
        builder.Services.Configure<RefreshTokenEndpointOptions>(static options => options.TakesCertificates = true);
        return builder;
    }

    /// <summary>Adds an <see cref="AccessTokenVerifier"/> for protected APIs. <see cref="AddDPoP"/> adds it too.</summary>
    /// <param name="services">The services of the API's host.</param>
    /// <param name="configure">Sets which DPoP proofs are accepted. The options are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddAccessTokenVerification(this IServiceCollection services, Action<DPoPOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLogging();
        services.AddOptions<DPoPOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.AddOptions<MutualTlsOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DPoPOptions>, DPoPOptionsValidator>());
        services.AddTenants();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IReplayStore>(static provider => new InMemoryReplayStore(provider.GetRequiredService<TimeProvider>()) { IsDefault = true });
        services.TryAddSingleton<DPoPNonces>();
        services.TryAddSingleton<HostHeaderWarning>();
        services.TryAddSingleton<DPoPProofs>();
        services.TryAddSingleton<ClientCertificates>();
        services.TryAddSingleton(static provider => new AccessTokenVerifier(
            provider.GetRequiredService<DPoPProofs>(),
            provider.GetRequiredService<ClientCertificates>(),
            provider.GetRequiredService<HostHeaderWarning>(),
            provider.GetRequiredService<TenantRule>(),
            provider.GetRequiredService<IOptions<DPoPOptions>>().Value,
            provider.GetService<IAccessTokenIssuer>()));
        return services;
    }

    /// <summary>Remembers used proofs and assertions in the host's own store, as a singleton. Hosts of several nodes need one that the nodes share. The last
    /// choice wins.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseReplayStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(
        this RefreshTokenRotationBuilder builder)
        where TStore : class, IReplayStore =>
        builder.UsePart<IReplayStore, TStore>();
}
