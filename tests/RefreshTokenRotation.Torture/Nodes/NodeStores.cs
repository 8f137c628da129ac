using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.Redis;
using RefreshTokenRotation.Sqlite;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.Torture.Nodes;

/// <summary>Which store a node opens.</summary>
/// <param name="Kind">PostgreSql, EntityFrameworkCore, Sqlite or Redis.</param>
/// <param name="Connection">Its connection string or file.</param>
/// <param name="Sabotage">What is wrong with it on purpose; null for nothing.</param>
/// <param name="Option">A setting of the store that the set-up chooses: seconds of a statement, replicas to wait for, or the durability.</param>
internal sealed record StoreAddress(string Kind, string Connection, string? Sabotage = null, string? Option = null);

/// <summary>The engine, a repeated add now and then, the recorder, the sabotage, the store: each before the next.</summary>
internal static class NodeStores
{
    /// <summary>How many active families a user has at a client.</summary>
    public const int Cap = 3;

    /// <summary>Retries get the same successor. No history lasts as long as its leeway.</summary>
    public const string LeewayClient = "spa";

    /// <summary>Its leeway is shorter than clocks are apart: a retry gets the same successor, or is a replay.</summary>
    public const string BriefClient = "brief";

    /// <summary>A retry is a replay.</summary>
    public const string StrictClient = "strict";

    /// <summary>The end of the name of a user whose families nobody ends.</summary>
    public const string SteadyUser = "-steady";

    public static ServiceProvider Build(StoreAddress address, TimeProvider clock, TextWriter calls)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock);
        var builder = services.AddRefreshTokenRotation(options =>
        {
            options.ClientPolicies[LeewayClient] = RotationPolicy.Spa with { Leeway = TimeSpan.FromHours(1), ActiveCap = Cap };
            options.ClientPolicies[BriefClient] = RotationPolicy.Spa with { Leeway = TimeSpan.FromSeconds(2), ActiveCap = Cap };
            options.ClientPolicies[StrictClient] = RotationPolicy.Strict with { ActiveCap = Cap };
        });
        Use(builder, address);
        var store = services.Last(static service => service.ServiceType == typeof(ITokenStore)).ImplementationFactory!;
        services.Replace(ServiceDescriptor.Singleton<ITokenStore>(provider => new RepeatedAdds(
            TokenStoreHistory.Record(SabotagedStore.Wrap((ITokenStore)store(provider), address.Sabotage), calls))));
        return services.BuildServiceProvider();
    }

    private static void Use(RefreshTokenRotationBuilder builder, StoreAddress address)
    {
        _ = address.Kind switch
        {
            "PostgreSql" => builder.UsePostgreSql(address.Connection, options =>
            {
                options.CommandTimeout = TimeSpan.FromSeconds(int.Parse(address.Option ?? "30", System.Globalization.CultureInfo.InvariantCulture));
                options.PrepareStatements = !address.Connection.Contains("No Reset On Close", StringComparison.Ordinal);
            }),
            "EntityFrameworkCore" => builder.UseEntityFrameworkCore(options => options.UseNpgsql(address.Connection)),
            "Sqlite" => builder.UseSqlite(address.Connection, options => options.Durability = Enum.Parse<SqliteDurability>(address.Option ?? nameof(SqliteDurability.Full))),
            "Redis" => builder.UseRedis(address.Connection, options =>
            {
                options.ReplicasToWaitFor = int.Parse(address.Option ?? "0", System.Globalization.CultureInfo.InvariantCulture);
                options.ReplicationTimeout = TimeSpan.FromSeconds(3);
                options.Durability = RedisDurability.Unchecked;
            }),
            _ => throw new ArgumentException($"No store is called '{address.Kind}'.", nameof(address)),
        };
    }

    /// <summary>Adds a steady user's family again now and then, as a driver does that does not know whether a write happened. Nothing else ends that family.</summary>
    private sealed class RepeatedAdds(ITokenStore inner) : ITokenStore
    {
        private const int Every = 4;

        private readonly System.Collections.Concurrent.ConcurrentDictionary<Opaque256, TokenFamily> _added = new();
        private int _finds;

        public bool KeepsTrail => inner.KeepsTrail;

        public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
        {
            if (family.Grant.Subject.EndsWith(SteadyUser, StringComparison.Ordinal))
            {
                _added[family.Grant.LookupKey] = family;
            }

            return inner.AddAsync(family, activeCap, now, cancellationToken);
        }

        public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
        {
            var row = await inner.FindAsync(lookupKey, cancellationToken);
            if (row is { RevokedAt: null } && _added.TryGetValue(lookupKey, out var family) && Interlocked.Increment(ref _finds) % Every == 0)
            {
                await inner.AddAsync(family, Cap, family.Grant.CreatedAt, cancellationToken);
            }

            return row;
        }

        public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
            inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);

        public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

        public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
            inner.RevokeAsync(filter, revocation, cancellationToken);

        public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => inner.PruneAsync(endedBefore, limit, cancellationToken);
    }
}
