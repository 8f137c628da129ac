using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>What the management endpoints need. Nothing of it is made until they are mapped.</summary>
internal static class ManagementServices
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<IManagementAudit, LoggingManagementAudit>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<ManagementPipeline>();
        services.TryAddSingleton<ClientEndpoints>();
        services.TryAddSingleton<DeviceCredentialEndpoints>();
        services.TryAddSingleton<GrantEndpoints>();
        services.TryAddSingleton<RefreshTokenEndpoints>();
        services.TryAddSingleton<BulkRevocation>();
        services.TryAddSingleton<ManagementRoutes>();
    }
}
