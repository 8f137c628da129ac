using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

internal static class PruningSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("prunes active families", ["prune.ended-only"], inner => Pruning(inner, (row, bound) => row.EndedBefore(bound) || row.CurrentTokenIssuedAt < bound)),
        new("prunes at the bound itself", ["prune.ended-only", "model.sequential"], inner => new BrokenStore(inner)
        {
            Prune = (bound, limit, token) => inner.PruneAsync(bound.AddTicks(1), limit, token).AsTask(),
        }),
        new("prunes by the absolute lifetime alone", ["prune.ended-only"], inner => Pruning(inner, (row, bound) => row.RevokedAt < bound || row.AbsoluteExpiresAt < bound)),
        new("prunes expired families alone", ["prune.ended-only"], inner => Pruning(inner, (row, bound) => row.RevokedAt is null && row.EndedBefore(bound))),
        new("prunes one tenant", ["prune.ended-only"], inner => Pruning(inner, (row, bound) => row.Grant.TenantId.Length == 0 && row.EndedBefore(bound))),
        new("prunes by the end that the log-in set", ["prune.moved-ends"], inner =>
        {
            var added = new System.Collections.Concurrent.ConcurrentDictionary<Guid, TokenFamily>();
            var pruning = Pruning(inner, (row, bound) => added[row.Grant.FamilyId].EndedBefore(bound));
            return new BrokenStore(inner)
            {
                Add = (family, cap, now, token) => inner.AddAsync(added[family.Grant.FamilyId] = family, cap, now, token).AsTask(),
                Prune = pruning.Prune,
            };
        }),
        new("prunes without a limit", ["prune.limit"], inner => new BrokenStore(inner)
        {
            Prune = (bound, _, token) => inner.PruneAsync(bound, int.MaxValue, token).AsTask(),
        }),
        new("prunes one too few", ["prune.limit"], inner => new BrokenStore(inner)
        {
            Prune = (bound, limit, token) => inner.PruneAsync(bound, Math.Max(1, limit - 1), token).AsTask(),
        }),
        new("counts what another node has pruned", ["prune.parallel"], inner =>
        {
            var reads = 0;
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new BrokenStore(inner)
            {
                Prune = async (bound, limit, token) =>
                {
                    var ended = (await Rewrite.ReadAsync(inner, new TokenFamilyFilter(), bound)).Where(row => row.EndedBefore(bound)).Take(limit).ToList();
                    if (Interlocked.Increment(ref reads) == 2)
                    {
                        met.TrySetResult();
                    }

                    // The first two have read the same.
                    await met.Task.WaitAsync(token);
                    foreach (var row in ended)
                    {
                        await Rewrite.DeleteAsync(inner, row);
                    }

                    return ended.Count;
                },
            };
        }),
        new("locks the table while it prunes", ["prune.never-blocks"], inner =>
        {
            var pruning = 0;
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new BrokenStore(inner)
            {
                Prune = async (bound, limit, token) =>
                {
                    Interlocked.Increment(ref pruning);
                    await met.Task.WaitAsync(token);
                    var count = await inner.PruneAsync(bound, limit, token);
                    Interlocked.Decrement(ref pruning);
                    return count;
                },
                Swap = async (family, expected, token) =>
                {
                    if (Volatile.Read(ref pruning) == 0)
                    {
                        return await inner.CompareAndSwapAsync(family, expected, token);
                    }

                    met.TrySetResult();
                    throw new TimeoutException("lock wait");
                },
            };
        }) { Throws = true },
    ];

    private static BrokenStore Pruning(ITokenStore inner, Func<TokenFamily, DateTimeOffset, bool> isOver) => new(inner)
    {
        Prune = async (bound, limit, _) =>
        {
            var rows = (await Rewrite.ReadAsync(inner, new TokenFamilyFilter(), bound))
                .Concat(await Rewrite.ReadAsync(inner, TokenFamilyFilter.ForTenant("tenant"), bound))
                .Where(row => isOver(row, bound))
                .Take(limit)
                .ToList();
            foreach (var row in rows)
            {
                await Rewrite.DeleteAsync(inner, row);
            }

            return rows.Count;
        },
    };
}
