using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>Looks at what the host registered, when it starts: parts that can't be scoped, those that need what is, and a second token store.</summary>
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

        var scoped = services.Where(static service => service is { Lifetime: ServiceLifetime.Scoped, IsKeyedService: false })
            .Select(static service => service.ServiceType).ToHashSet();
        foreach (var part in services.Where(static service => service.Lifetime == ServiceLifetime.Singleton && IsOurs(service)))
        {
            // The container looks for this itself, but in Development alone.
            if (ConstructorOf(part)?.GetParameters().FirstOrDefault(parameter => Uses(scoped, parameter.ParameterType)) is { } need)
            {
                throw new InvalidOperationException(
                    $"{part.ImplementationType!.Name} is a singleton, but needs {need.ParameterType.Name}, which is scoped: all requests would share one instance. Register "
                    + $"{part.ImplementationType.Name} as scoped where the library allows it, or let it make a scope for each call (IServiceScopeFactory).");
            }
        }

        if (TokenStoreChoice.Of(services) is { Length: > 1 } stores)
        {
            logger.SeveralStores(string.Join(", ", stores), stores[^1]);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsCaptured(ServiceDescriptor service) =>
        service.Lifetime == ServiceLifetime.Scoped && IsOurs(service) && Singletons.Contains(service.ServiceType.Name);

    private static bool IsOurs(ServiceDescriptor service) =>
        !service.IsKeyedService && service.ServiceType.Namespace?.StartsWith(nameof(RefreshTokenRotation), StringComparison.Ordinal) == true;

    /// <summary>The one that the container must take; null where it has a choice.</summary>
    private static ConstructorInfo? ConstructorOf(ServiceDescriptor part) => part.ImplementationType?.GetConstructors() is [var only] ? only : null;

    private static bool Uses(HashSet<Type> scoped, Type need) =>
        scoped.Contains(need) || (need.IsConstructedGenericType && scoped.Contains(need.GetGenericTypeDefinition()));
}
