using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what a resource server needs.</summary>
public static class ResourceServerServiceCollectionExtensions
{
    /// <summary>Adds what <c>UseAccessTokenDenyList()</c>, <c>RequireActiveFamily()</c> and <c>UseRecoveryConfirmation()</c> need. Unless the
    /// builder says otherwise, this host's own token store (<c>AddRefreshTokenRotation()</c>) knows which families have ended.</summary>
    /// <param name="services">The services. What the host registered itself, before or after, is kept.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <returns>The builder that chooses the source.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static ResourceServerBuilder AddResourceServer(this IServiceCollection services, Action<ResourceServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLogging();
        services.AddOptions<ResourceServerOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ResourceServerOptions>, ResourceServerValidator>());
        services.AddTenants();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new ResourceServerMetrics(provider.CreateMeter()));
        services.TryAddSingleton<IAccessTokenStatusSource, FamilySource>();
        services.TryAddSingleton<RevocationSignal>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRevocationObserver, RevocationSignal>(static provider => provider.GetRequiredService<RevocationSignal>()));
        services.TryAddSingleton<StatusCache>();
        services.TryAddSingleton<CorsOrder>();
        services.TryAddSingleton<DenyList>();
        services.TryAddSingleton<RecoveryConfirmation>();
        return new ResourceServerBuilder(services);
    }
}
