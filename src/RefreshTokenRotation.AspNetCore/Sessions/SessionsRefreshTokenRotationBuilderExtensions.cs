using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the log-in of an API that has no OAuth clients.</summary>
public static class SessionsRefreshTokenRotationBuilderExtensions
{
    /// <summary>Adds <see cref="RefreshTokenSessions"/> for the host's own log-in endpoint, and what <c>MapRefreshTokenApi()</c> needs. An
    /// <see cref="IAccessTokenIssuer"/> must be registered.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder AddRefreshTokenApi(
        this RefreshTokenRotationBuilder builder, Action<RefreshTokenApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<RefreshTokenApiOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RefreshTokenApiOptions>, RefreshTokenApiValidator>());
        services.AddTenants();
        SecretBodies.AddTo(services);
        services.TryAddSingleton<RefreshTokenCarrier>();
        services.AddLogging();
        services.TryAddSingleton(static provider => ActivatorUtilities.CreateInstance<SessionEndpoints>(provider));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UnmappedApiWarning>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UnknownClientWarning>());
        services.TryAddSingleton(static provider => new RefreshTokenSessions(
            provider.GetRequiredService<IRefreshTokenService>(),
            provider.GetRequiredService<IAccessTokenIssuer>(),
            provider.GetRequiredService<RefreshTokenCarrier>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RefreshTokenSessions>>()));
        return builder;
    }
}
