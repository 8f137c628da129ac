using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Relational;

/// <summary>Remembers whether a store was made that uses the database: one that the host has put before a store of ours uses it too, and one in its place does not.</summary>
internal sealed class StoresInUse<TDatabase>
    where TDatabase : class
{
    /// <summary>The database; null if no store uses it.</summary>
    public TDatabase? Database { get; private set; }

    /// <summary>Whether one of the stores keeps used proofs and assertions.</summary>
    public bool HasReplays { get; private set; }

    /// <summary>The database, for a store that is being made.</summary>
    public static TDatabase Use(IServiceProvider provider) =>
        provider.GetRequiredService<StoresInUse<TDatabase>>().Database = provider.GetRequiredService<TDatabase>();

    /// <summary>Chooses a store of used proofs and assertions over the database.</summary>
    public static RefreshTokenRotationBuilder UseReplayStore(
        RefreshTokenRotationBuilder builder, string method, string storeMethod, Func<TDatabase, IServiceProvider, IReplayStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var use = provider.GetService<StoresInUse<TDatabase>>()
                ?? throw new InvalidOperationException($"{method}() uses the database of {storeMethod}(), which has not been called.");
            use.HasReplays = true;
            return create(Use(provider), provider);
        }));
        return builder;
    }

    /// <summary>Makes whatever stores the host has chosen last, and says which of them use the database.</summary>
    public static StoresInUse<TDatabase> Find(IServiceProvider provider)
    {
        _ = provider.GetService<ITokenStore>();
        _ = provider.GetService<IRotationPolicyStore>();
        _ = provider.GetService<IReplayStore>();
        return provider.GetRequiredService<StoresInUse<TDatabase>>();
    }
}
