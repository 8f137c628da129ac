using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Internal;

/// <summary>Looks at what the host registered, when it starts: parts that can't be scoped, and a second token store.</summary>
internal sealed class RegistrationCheck(IServiceCollection services, ILogger<RegistrationCheck> logger) : IHostedService
{
    /// <summary>What one instance of is kept. Those in quotes are of other packages.</summary>
    private static readonly string[] Singletons =
    [
        nameof(ITokenStore), nameof(IRotationPolicyStore), nameof(IRotationPolicyResolver), nameof(ILegacyTokenSource), nameof(IRevocationObserver),
        nameof(IAccessTokenIssuer), nameof(IJsonWebKeySetSource), "ISigningKeySource", "IOAuthClientStore", "IOAuthApiStore", "IReplayStore",
        "IManagementAudit", "IAccessTokenStatusSource",
    ];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.FirstOrDefault(IsCaptured) is { } captured)
        {
            var name = captured.ServiceType.Name;
            throw new InvalidOperationException(
                $"{name} is registered as scoped, but one instance must live as long as the host, and its scope would end earlier. Register it as a "
                + "singleton that makes a scope for each call (IServiceScopeFactory) or a context (IDbContextFactory<T>).");
        }

        if (TokenStoreChoice.Of(services) is { Length: > 1 } stores)
        {
            logger.SeveralStores(string.Join(", ", stores), stores[^1]);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsCaptured(ServiceDescriptor service) =>
        service is { Lifetime: ServiceLifetime.Scoped, IsKeyedService: false }
        && service.ServiceType.Namespace?.StartsWith(nameof(RefreshTokenRotation), StringComparison.Ordinal) == true
        && Singletons.Contains(service.ServiceType.Name);
}
