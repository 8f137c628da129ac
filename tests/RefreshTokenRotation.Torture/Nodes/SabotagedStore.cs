using System.Collections.Concurrent;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Torture.Nodes;

/// <summary>Real stores that do one thing wrong.</summary>
internal static class SabotagedStore
{
    /// <summary>One call in so many is served wrongly, so that the rest looks well.</summary>
    private const int OneIn = 5;

    public static IReadOnlyDictionary<string, Func<ITokenStore, ITokenStore>> All { get; } = new Dictionary<string, Func<ITokenStore, ITokenStore>>
    {
        ["swap-result-ignored"] = static store => new BrokenStore(store) { Swap = async (row, version, token) => await store.CompareAndSwapAsync(row, version, token) || true },
        ["swap-without-version"] = static store => new BrokenStore(store) { Swap = (row, _, token) => OverwriteAsync(store, row, token) },
        ["swap-outage-is-success"] = static store => new BrokenStore(store)
        {
            Swap = async (row, version, token) => Random.Shared.Next(10 * OneIn) == 0 || await store.CompareAndSwapAsync(row, version, token),
        },
        ["swap-written-later"] = WriteBehind,
        ["swap-keeps-old-salt"] = static store => new BrokenStore(store)
        {
            Swap = async (row, version, token) =>
            {
                var old = await store.FindAsync(row.Grant.LookupKey, token);
                return await store.CompareAndSwapAsync(row with { Salt = row.Salt is null ? null : old?.Salt ?? row.Salt }, version, token);
            },
        },
        ["cache-in-front"] = CacheInFront,
        ["reads-from-a-replica"] = LaggingReplica,
        ["outage-is-not-found"] = static store => new BrokenStore(store)
        {
            Find = async (key, token) => Random.Shared.Next(10 * OneIn) == 0 ? null : await store.FindAsync(key, token),
        },
        ["revocation-lost"] = static store => new BrokenStore(store)
        {
            Revoke = async (filter, revocation, token) => Random.Shared.Next(2) == 0 ? 1 : await store.RevokeAsync(filter, revocation, token),
        },
        ["revocation-undone"] = static store => new BrokenStore(store)
        {
            Revoke = async (filter, revocation, token) =>
            {
                var count = await store.RevokeAsync(filter, revocation, token);
                foreach (var row in await store.ListAsync(new TokenFamilyQuery(filter, null, 100, revocation.Now), token))
                {
                    await store.CompareAndSwapAsync(row with { Version = row.Version + 1, RevokedAt = null, RevocationReason = null }, row.Version, token);
                }

                return count;
            },
        },
        ["reuse-not-stored"] = static store => new BrokenStore(store)
        {
            Swap = async (row, version, token) => row.RevocationReason == RevocationReason.ReuseDetected || await store.CompareAndSwapAsync(row, version, token),
        },
        ["add-not-stored"] = static store => new BrokenStore(store)
        {
            Add = async (row, cap, now, token) => Random.Shared.Next(OneIn) == 0 ? [] : await store.AddAsync(row, cap, now, token),
        },
        ["add-overwrites"] = static store => new BrokenStore(store)
        {
            Add = async (row, cap, now, token) =>
            {
                var evicted = await store.AddAsync(row, cap, now, token);
                await OverwriteAsync(store, row, token);
                return evicted;
            },
        },
        ["cap-not-enforced"] = static store => new BrokenStore(store) { Add = (row, _, now, token) => store.AddAsync(row, 1000, now, token).AsTask() },
        ["cap-too-low"] = static store => new BrokenStore(store) { Add = (row, cap, now, token) => store.AddAsync(row, cap - 1, now, token).AsTask() },
        ["eviction-not-reported"] = static store => new BrokenStore(store)
        {
            Add = async (row, cap, now, token) =>
            {
                await store.AddAsync(row, cap, now, token);
                return [];
            },
        },
        ["eviction-not-done"] = static store => new BrokenStore(store)
        {
            Add = async (row, cap, now, token) =>
            {
                var evicted = await store.AddAsync(row, cap, now, token);
                foreach (var victim in evicted)
                {
                    await store.AddAsync(victim, 1000, now, token);
                }

                return evicted;
            },
        },
        ["prunes-the-living"] = static store => new BrokenStore(store)
        {
            Prune = async (before, limit, token) =>
                await store.PruneAsync(before, limit, token) + await store.PruneAsync(before.AddDays(365), limit, token),
        },
        ["list-hides-one"] = static store => new BrokenStore(store) { List = async (query, token) => [.. (await store.ListAsync(query, token)).Skip(1)] },
    };

    public static ITokenStore Wrap(ITokenStore store, string? sabotage) => sabotage is null ? store : All[sabotage](store);

    private static async Task<bool> OverwriteAsync(ITokenStore store, TokenFamily row, CancellationToken token)
    {
        while (await store.FindAsync(row.Grant.LookupKey, token) is { } current)
        {
            if (await store.CompareAndSwapAsync(row, current.Version, token))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Each swap reaches the store with the next one of this process, and a kill loses it.</summary>
    private static BrokenStore WriteBehind(ITokenStore store)
    {
        var waiting = new ConcurrentQueue<(TokenFamily Row, long Version)>();
        return new BrokenStore(store)
        {
            Swap = async (row, version, token) =>
            {
                waiting.Enqueue((row, version));
                while (waiting.Count > 1 && waiting.TryDequeue(out var earlier))
                {
                    await store.CompareAndSwapAsync(earlier.Row, earlier.Version, token);
                }

                return true;
            },
        };
    }

    /// <summary>Each process keeps the rows that it has read or written.</summary>
    private static BrokenStore CacheInFront(ITokenStore store)
    {
        var cache = new ConcurrentDictionary<Opaque256, TokenFamily>();
        return new BrokenStore(store)
        {
            Find = async (key, token) =>
            {
                if (cache.TryGetValue(key, out var kept))
                {
                    return kept;
                }

                var row = await store.FindAsync(key, token);
                return row is null ? null : cache.GetOrAdd(key, row);
            },
            Swap = async (row, version, token) =>
            {
                var swapped = await store.CompareAndSwapAsync(row, version, token);
                _ = swapped ? cache[row.Grant.LookupKey] = row : cache.TryRemove(row.Grant.LookupKey, out var _) ? null : null;
                return swapped;
            },
        };
    }

    /// <summary>One read in some shows what the one before it showed.</summary>
    private static BrokenStore LaggingReplica(ITokenStore store)
    {
        var replica = new ConcurrentDictionary<Opaque256, TokenFamily>();
        return new BrokenStore(store)
        {
            Find = async (key, token) =>
            {
                var row = await store.FindAsync(key, token);
                var old = replica.GetValueOrDefault(key);
                if (row is not null)
                {
                    replica[key] = row;
                }

                return Random.Shared.Next(OneIn) == 0 ? old ?? row : row;
            },
        };
    }
}
