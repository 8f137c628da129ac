using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.Configuration;
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
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseJwtAccessTokens(
        this RefreshTokenRotationBuilder builder, Action<JwtAccessTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<JwtAccessTokenOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JwtAccessTokenOptions>, JwtOptionsValidator>());
        services.AddHostParts<IClaimsSource>();
        services.TryAddSingleton(CreateRing);
        services.TryAddSingleton(static provider => new JwtAccessTokenIssuer(
            Options(provider),
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<HostParts<IClaimsSource>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.Replace(ServiceDescriptor.Singleton<IAccessTokenIssuer>(static provider => provider.GetRequiredService<JwtAccessTokenIssuer>()));
        services.Replace(ServiceDescriptor.Singleton<IJsonWebKeySetSource>(static provider => provider.GetRequiredService<JwtAccessTokenIssuer>()));
        services.Replace(ServiceDescriptor.Singleton<IJsonWebTokenSigner>(static provider => provider.GetRequiredService<JwtAccessTokenIssuer>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, KeyCheck>());
        return builder;
    }

    /// <summary>Issues JWT access tokens with the options of a configuration section. It is read strictly: an unknown name, a value that can't be read or a
    /// duration without its unit keeps the host from starting, and the message names the path.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configuration">The section, such as <c>JwtAccessTokens</c> of <c>appsettings.json</c>. Its names are those of
    /// <see cref="JwtAccessTokenOptions"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RefreshTokenRotationBuilder UseJwtAccessTokens(this RefreshTokenRotationBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.UseJwtAccessTokens(options =>
            options.ConfigurationFailures = SettingsReader.Read(configuration, settings => JwtConfiguration.Read(options, settings)));
    }

    /// <summary>Adds your own claims. Sources run in the order in which they were added.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="lifetime">How long an instance lives. Default: scoped, so that it can use a <c>UserManager</c> or a <c>DbContext</c>: the request's
    /// scope at the endpoints, otherwise <see cref="AccessTokenRequest.Services"/>, otherwise a scope of its own. If all are singletons, no scope is created.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddClaimsSource<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>(
        this RefreshTokenRotationBuilder builder, ServiceLifetime lifetime = ServiceLifetime.Scoped)
        where TSource : class, IClaimsSource =>
        builder.AddPart<IClaimsSource, TSource>(lifetime);

    /// <summary>Signs with a key of the user's profile while the environment is Development, if there is no other key: tokens outlive a restart and
    /// <c>dotnet watch</c>. The file is <c>RefreshTokenRotation/{application}</c> in the folder of local application data, and only its owner can
    /// read it. Outside Development, the host does not start if there is no other key.</summary>
    /// <param name="builder">The builder.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseDevelopmentSigningKey(this RefreshTokenRotationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<JwtAccessTokenOptions>().Configure<IServiceProvider>(static (options, provider) =>
        {
            options.GenerateDevelopmentKey = true;
            options.DevelopmentKeyFolder ??= ProfileFolder(provider.GetService<IHostEnvironment>()?.ApplicationName);
        });
        return builder;
    }

    /// <summary>Takes keys from a vault or a key management service of the host, as a singleton, in addition to those of the options.</summary>
    /// <typeparam name="TSource">The source.</typeparam>
    /// <param name="builder">The builder.</param>
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
            new KeyLoader(options, provider.GetServices<ISigningKeySource>(), provider.GetService<IHostEnvironment>(), logger),
            options.KeyRefreshInterval,
            provider.GetRequiredService<TimeProvider>(),
            logger);
    }

    /// <summary>Null if the user has no profile: the key then ends with the process.</summary>
    private static string? ProfileFolder(string? application)
    {
        var profile = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var name = string.Concat((application is { Length: > 0 } ? application : "default").Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        return profile.Length == 0 ? null : Path.Combine(profile, "RefreshTokenRotation", name);
    }

    private static JwtAccessTokenOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<JwtAccessTokenOptions>>().Value;
}
