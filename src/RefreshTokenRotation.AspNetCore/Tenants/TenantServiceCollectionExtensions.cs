using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Configures tenants.</summary>
public static class TenantServiceCollectionExtensions
{
    /// <summary>Sets which tenant a request is for, and which claim names the tenant of its caller. This applies to every endpoint and every check of this package.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options. They are validated when the host starts.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection ConfigureTenants(this IServiceCollection services, Action<TenantOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddTenants().Configure(configure);
        return services;
    }

    internal static IServiceCollection AddTenants(this IServiceCollection services)
    {
        services.AddOptions<TenantOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TenantOptions>, TenantOptionsValidator>());
        services.TryAddSingleton<TenantRule>();
        return services;
    }
}
