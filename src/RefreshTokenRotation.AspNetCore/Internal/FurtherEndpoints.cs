using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.AspNetCore.Internal.Assertions;
using RefreshTokenRotation.AspNetCore.Internal.Senders;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What revocation, introspection, the public documents and client assertions need.</summary>
internal static class FurtherEndpoints
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<IReplayStore>(static provider => new InMemoryReplayStore(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ClientAssertionVerifier>();
        services.TryAddSingleton<IClientAssertionVerifier, ClientAssertionAuthentication>();
        services.TryAddSingleton<EndpointAddresses>();
        services.TryAddSingleton<MappedEndpoints>();
        services.TryAddSingleton<SenderKeys>();
        services.TryAddSingleton<RevocationEndpoint>();
        services.TryAddSingleton<IntrospectionEndpoint>();
        services.TryAddSingleton<ServerMetadata>();
        services.TryAddSingleton<PublicDocument>();
    }
}
