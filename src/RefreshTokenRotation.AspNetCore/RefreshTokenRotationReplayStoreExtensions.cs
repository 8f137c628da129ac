using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where used assertions are remembered.</summary>
public static class RefreshTokenRotationReplayStoreExtensions
{
    /// <summary>Remembers used assertions in the host's own store, as a singleton. Hosts of several nodes need one that the nodes share. The last
    /// choice wins.</summary>
    /// <typeparam name="TStore">The store.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static RefreshTokenRotationBuilder UseReplayStore<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore>(
        this RefreshTokenRotationBuilder builder)
        where TStore : class, IReplayStore
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton<IReplayStore, TStore>());
        return builder;
    }
}
