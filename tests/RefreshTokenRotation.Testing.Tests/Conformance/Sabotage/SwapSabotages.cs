using System.Collections.Concurrent;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>Uniqueness, compare-and-swap and atomicity.</summary>
internal static class SwapSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("overwrites at a repeated add", ["unique.repeated-add"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                await Rewrite.PutAsync(inner, family);
                return await inner.AddAsync(family, cap, now, token);
            },
        }),
        new("evicts at a repeated add", ["unique.repeat-evicts-nothing"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                await Rewrite.DeleteAsync(inner, family);
                return await inner.AddAsync(family, cap, now, token);
            },
        }),
        new("throws at a repeated add", ["unique.repeated-add", "unique.parallel-repeats"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) => await inner.FindAsync(family.Grant.LookupKey, token) is null
                ? await inner.AddAsync(family, cap, now, token)
                : throw new InvalidOperationException("duplicate key"),
        }) { Throws = true },
        new("writes at a repeated add what it read before", ["unique.repeats-beside-swaps"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                if (await inner.FindAsync(family.Grant.LookupKey, token) is { } read)
                {
                    await CaseRun.LetOthersRunAsync();
                    await Rewrite.PutAsync(inner, read);
                }

                return await inner.AddAsync(family, cap, now, token);
            },
        }),
        new("throws if an exchange comes in between a repeated add", ["unique.repeats-beside-swaps"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                var version = (await inner.FindAsync(family.Grant.LookupKey, token))?.Version;
                await CaseRun.LetOthersRunAsync();
                return (await inner.FindAsync(family.Grant.LookupKey, token))?.Version == version
                    ? await inner.AddAsync(family, cap, now, token)
                    : throw new InvalidOperationException("duplicate key");
            },
        }) { Throws = true },
        new("says nothing of a family id that is taken", ["unique.family-id"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                try
                {
                    return await inner.AddAsync(family, cap, now, token);
                }
                catch (ArgumentException)
                {
                    return [];
                }
            },
        }),
        new("evicts before it refuses", ["atomic.refused-add"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                try
                {
                    return await inner.AddAsync(family, cap, now, token);
                }
                catch (ArgumentException)
                {
                    await inner.RevokeAsync(
                        TokenFamilyFilter.ForUser(family.Grant.Subject), new FamilyRevocation(now, RevocationReason.Evicted, now, Delete: true), token);
                    throw;
                }
            },
        }),
        new("ignores the version", ["swap.other-version", "swap.one-winner", "model.sequential"], inner => new BrokenStore(inner)
        {
            Swap = async (family, _, token) =>
                await inner.FindAsync(family.Grant.LookupKey, token) is { } row && await inner.CompareAndSwapAsync(family, row.Version, token),
        }),
        new("creates what a swap does not find", ["swap.missing"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) =>
            {
                await inner.AddAsync(family with { Version = expected }, int.MaxValue, default, token);
                return await inner.CompareAndSwapAsync(family, expected, token);
            },
        }),
        new("compares, and then writes", ["swap.one-winner", "swap.no-lost-update", "model.linearizable"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) =>
            {
                var row = await inner.FindAsync(family.Grant.LookupKey, token);
                await CaseRun.LetOthersRunAsync();
                if (row?.Version != expected)
                {
                    return false;
                }

                await Rewrite.PutAsync(inner, family);
                return true;
            },
        }),
        new("takes a conflict for success", ["swap.other-version", "swap.no-lost-update"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) =>
            {
                await inner.CompareAndSwapAsync(family, expected, token);
                return true;
            },
        }),
        new("writes a row in two steps", ["atomic.whole-rows", "atomic.cancelled-swap"], inner => new BrokenStore(inner)
        {
            Swap = async (family, expected, token) =>
            {
                var row = await inner.FindAsync(family.Grant.LookupKey, default);
                var half = family with { Metadata = row?.Metadata ?? family.Metadata, LastDevice = row?.LastDevice, Salt = row?.Salt };
                if (!await inner.CompareAndSwapAsync(half, expected, default))
                {
                    return false;
                }

                await CaseRun.LetOthersRunAsync();
                return await inner.CompareAndSwapAsync(family, family.Version, token);
            },
        }),
        new("evicts before it adds", ["atomic.cancelled-add"], inner => new BrokenStore(inner)
        {
            Add = async (family, cap, now, token) =>
            {
                var filter = TokenFamilyFilter.ForUser(family.Grant.Subject);
                var victims = cap == 1 ? await Rewrite.ReadAsync(inner, filter, now) : [];
                foreach (var victim in victims)
                {
                    await Rewrite.DeleteAsync(inner, victim);
                }

                await CaseRun.LetOthersRunAsync();
                await inner.AddAsync(family, cap, now, token);
                return victims;
            },
        }),
        new("revokes in two steps", ["atomic.cancelled-revocation"], inner => new BrokenStore(inner)
        {
            Revoke = async (filter, revocation, token) =>
            {
                var rows = await Rewrite.ReadAsync(inner, filter, revocation.Now);
                foreach (var row in rows)
                {
                    var revoked = row.Revoke(revocation.RevokedAt, revocation.Reason);
                    await inner.CompareAndSwapAsync(revoked with { Salt = row.Salt }, row.Version, default);
                    await CaseRun.LetOthersRunAsync();
                    token.ThrowIfCancellationRequested();
                    await Rewrite.PutAsync(inner, revoked);
                }

                return rows.Count;
            },
        }),
        new("stops where it is cancelled, and says that it succeeded", ["atomic.cancelled-revocation"], inner => new BrokenStore(inner)
        {
            Revoke = async (filter, revocation, token) =>
            {
                var count = 0L;
                foreach (var row in await Rewrite.ReadAsync(inner, filter, revocation.Now))
                {
                    count += token.IsCancellationRequested ? 0 : await inner.RevokeAsync(filter with { FamilyId = row.Grant.FamilyId }, revocation, default);
                    await CaseRun.LetOthersRunAsync();
                }

                return count;
            },
        }),
        new("revokes by many writes and ignores the token", ["cancel.during-a-revocation"], inner => new BrokenStore(inner)
        {
            Revoke = async (filter, revocation, _) =>
            {
                var count = 0L;
                foreach (var row in await Rewrite.ReadAsync(inner, filter, revocation.Now))
                {
                    count += await inner.RevokeAsync(filter with { FamilyId = row.Grant.FamilyId }, revocation, default);

                    // As slow as a round trip is.
                    for (var i = 0; i < 20; i++)
                    {
                        await CaseRun.LetOthersRunAsync();
                    }
                }

                return count;
            },
        }),
        new("answers before the row is durable", ["atomic.crash"], inner =>
        {
            var fast = new InMemoryTokenStore();
            var last = new ConcurrentDictionary<string, Func<Task>>();

            // Of each user's writes, all but the last are on the disk.
            async Task<T> AnswerAsync<T>(TokenFamily family, ValueTask<T> answer, Func<Task> write)
            {
                await (last.TryGetValue(family.Grant.Subject, out var before) ? before() : Task.CompletedTask);
                last[family.Grant.Subject] = write;
                return await answer;
            }

            return new BrokenStore(fast)
            {
                Add = (family, cap, now, token) =>
                    AnswerAsync(family, fast.AddAsync(family, cap, now, token), () => inner.AddAsync(family, cap, now, default).AsTask()),
                Swap = (family, expected, token) =>
                    AnswerAsync(family, fast.CompareAndSwapAsync(family, expected, token), () => inner.CompareAndSwapAsync(family, expected, default).AsTask()),
            };
        })
        {
            AfterCrash = inner => inner,
        },
    ];
}
