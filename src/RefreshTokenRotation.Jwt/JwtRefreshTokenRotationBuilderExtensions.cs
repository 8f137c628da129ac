using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Jwt;
using RefreshTokenRotation.Jwt.Internal;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Issues access tokens as JWTs.</summary>
public static class JwtRefreshTokenRotationBuilderExtensions
{
    /// <summary>Issues JWT access tokens (RFC 9068) and ID tokens as the host's <see cref="IAccessTokenIssuer"/>, and publishes their keys as
    /// its <see cref="IJsonWebKeySetSource"/>. The last choice wins.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options: the issuer, and where the keys are.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseJwtAccessTokens(
        this RefreshTokenRotationBuilder builder, Action<JwtAccessTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<JwtAccessTokenOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JwtAccessTokenOptions>, JwtOptionsValidator>());
        services.TryAddSingleton(CreateRing);
        services.TryAddSingleton(static provider => new JwtAccessTokenIssuer(
            Options(provider),
            provider.GetRequiredService<KeyRing>(),
            provider.GetServices<IClaimsSource>(),
            provider.GetRequiredService<TimeProvider>()));
        services.Replace(ServiceDescriptor.Singleton<IAccessTokenIssuer>(static provider => provider.GetRequiredService<JwtAccessTokenIssuer>()));
        services.Replace(ServiceDescriptor.Singleton<IJsonWebKeySetSource>(static provider => provider.GetRequiredService<JwtAccessTokenIssuer>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KeyCheck>());
        return builder;
    }

    /// <summary>Adds claims of the host's own, as a singleton. Sources are asked in the order in which they were added.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddClaimsSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(
        this RefreshTokenRotationBuilder builder)
        where TSource : class, IClaimsSource =>
        builder.AddPart<IClaimsSource, TSource>();

    /// <summary>Takes keys from a vault or a key management service of the host, as a singleton, beside those of the options.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddSigningKeySource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(
        this RefreshTokenRotationBuilder builder)
        where TSource : class, ISigningKeySource =>
        builder.AddPart<ISigningKeySource, TSource>();

    private static KeyRing CreateRing(IServiceProvider provider)
    {
        var options = Options(provider);
        var logger = (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<JwtAccessTokenIssuer>();
        return new KeyRing(
            new KeyLoader(options, provider.GetServices<ISigningKeySource>(), logger),
            options.KeyRefreshInterval,
            provider.GetRequiredService<TimeProvider>(),
            logger);
    }

    private static JwtAccessTokenOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<JwtAccessTokenOptions>>().Value;
}
