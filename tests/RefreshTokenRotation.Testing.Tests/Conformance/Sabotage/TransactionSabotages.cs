using System.Collections.Concurrent;
using System.Transactions;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>Stores that take part in a transaction of their caller.</summary>
internal static class TransactionSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("undoes an add with the caller's transaction", ["atomic.ambient-add"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                var evicted = await inner.AddAsync(family, cap, now, token);
                Undo.OnRollback(() => Rewrite.DeleteAsync(inner, family));
                return evicted;
            },
        }),
        new("brings an evicted family back with the caller's transaction", ["atomic.ambient-add"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                var evicted = await inner.AddAsync(family, cap, now, token);
                Undo.OnRollback(() => RestoreAsync(inner, evicted));
                return evicted;
            },
        }),
        new("finds what the caller's transaction has found before", ["atomic.ambient-find"], inner =>
        {
            var snapshots = new ConcurrentDictionary<(string, Opaque256), TokenFamily?>();
            return new BrokenStore(inner)
            {
                Find = async (key, token) =>
                {
                    var row = await inner.FindAsync(key, token);
                    return Transaction.Current is { } transaction ? snapshots.GetOrAdd((transaction.TransactionInformation.LocalIdentifier, key), row) : row;
                },
            };
        }),
        new("undoes a swap with the caller's transaction", ["atomic.ambient-swap"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) =>
            {
                var before = await inner.FindAsync(family.Grant.LookupKey, token);
                var swapped = await inner.CompareAndSwapAsync(family, expected, token);
                Undo.OnRollback(() => RestoreAsync(inner, [before!]));
                return swapped;
            },
        }),
        Revocations("undoes a revocation with the caller's transaction", delete: false),
        Revocations("undoes a deletion with the caller's transaction", delete: true),
    ];

    private static Sabotage Revocations(string name, bool delete) => new(name, ["atomic.ambient-revocation"], inner => new BrokenStore(inner)
    {
        Revoke = async (filter, revocation, token) =>
        {
            var before = await Rewrite.ReadAsync(inner, filter, revocation.Now);
            var count = await inner.RevokeAsync(filter, revocation, token);
            if (revocation.Delete == delete)
            {
                Undo.OnRollback(() => RestoreAsync(inner, before));
            }

            return count;
        },
    });

    private static async Task RestoreAsync(ITokenStore inner, IReadOnlyList<TokenFamily> rows)
    {
        foreach (var row in rows)
        {
            await Rewrite.DeleteAsync(inner, row);
            await inner.AddAsync(row, int.MaxValue, default, default);
        }
    }

    private sealed class Undo(Func<Task> undo) : IEnlistmentNotification
    {
        public static void OnRollback(Func<Task> undo) => Transaction.Current?.EnlistVolatile(new Undo(undo), EnlistmentOptions.None);

        public void Prepare(PreparingEnlistment preparingEnlistment) => preparingEnlistment.Prepared();

        public void Commit(Enlistment enlistment) => enlistment.Done();

        public void InDoubt(Enlistment enlistment) => enlistment.Done();

        // The store in memory answers at once: nothing is left to wait for.
        public void Rollback(Enlistment enlistment)
        {
            undo().IsCompletedSuccessfully.Should().BeTrue();
            enlistment.Done();
        }
    }
}
