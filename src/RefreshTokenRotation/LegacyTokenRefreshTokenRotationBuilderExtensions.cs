using System.Data.Common;
using RefreshTokenRotation;
using RefreshTokenRotation.Adoption;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adopts the refresh tokens of well-known earlier servers: each once, by its first exchange.</summary>
public static class LegacyTokenRefreshTokenRotationBuilderExtensions
{
    /// <summary>Adopts tokens of an earlier server that keeps only their hashes.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets how a token is hashed, found and retired.</param>
    /// <exception cref="ArgumentException">The hash or the lookup is missing, or both a way to retire a token and a retention.</exception>
    public static RefreshTokenRotationBuilder AddHashedLegacyTokens(this RefreshTokenRotationBuilder builder, Action<HashedLegacyTokensOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new HashedLegacyTokensOptions();
        configure(options);
        if (!options.IsComplete)
        {
            throw new ArgumentException($"{nameof(options.Hash)}, {nameof(options.FindAsync)}, and {nameof(options.RetireAsync)} or {nameof(options.Retention)} are required.", nameof(configure));
        }

        builder.Services.AddSingleton<ILegacyTokenSource>(provider => new HashedTokenSource(provider.GetRequiredService<IServiceScopeFactory>(), options));
        return builder;
    }

    /// <summary>Adopts refresh tokens from IdentityServer's table of persisted grants, and marks their rows as consumed.</summary>
    /// <remarks>The columns <c>Key</c>, <c>Type</c>, <c>SubjectId</c>, <c>ClientId</c>, <c>SessionId</c>, <c>Description</c>, <c>Expiration</c>, <c>ConsumedTime</c> and
    /// <c>Data</c> are used, quoted as standard SQL quotes names; parameters begin with <c>@</c>. An adopted row has <c>rtr:adopted</c> as its description.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="database">IdentityServer's database. The host disposes it.</param>
    /// <param name="configure">Sets the table, the key and more. Default: the published schema.</param>
    public static RefreshTokenRotationBuilder AddPersistedGrants(
        this RefreshTokenRotationBuilder builder, DbDataSource database, Action<PersistedGrantsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        var options = new PersistedGrantsOptions();
        configure?.Invoke(options);
        builder.Services.AddSingleton<ILegacyTokenSource>(provider => new PersistedGrantSource(database, options, provider.GetRequiredService<TimeProvider>()));
        return builder;
    }
}
