using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing.Conformance.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

/// <summary>Cancellation, registration and the model.</summary>
internal static class OtherSabotages
{
    public static IReadOnlyList<Sabotage> All { get; } =
    [
        new("ignores cancellation", ["cancel.before-a-write", "cancel.before-a-read"], inner => new BrokenStore(inner)
        {
            Add = (family, cap, now, _) => inner.AddAsync(family, cap, now, default).AsTask(),
            Find = (key, _) => inner.FindAsync(key, default).AsTask(),
            Swap = (family, expected, _) => inner.CompareAndSwapAsync(family, expected, default).AsTask(),
            List = (query, _) => inner.ListAsync(query, default).AsTask(),
            Revoke = (filter, revocation, _) => inner.RevokeAsync(filter, revocation, default).AsTask(),
            Prune = (bound, limit, _) => inner.PruneAsync(bound, limit, default).AsTask(),
        }),
        new("adds, and then sees that it was cancelled", ["cancel.before-a-write"], inner => new BrokenStore(inner)
        {
            Add = (family, cap, now, token) => ThenCancel(inner.AddAsync(family, cap, now, default).AsTask(), token),
        }),
        new("swaps, and then sees that it was cancelled", ["cancel.before-a-write"], inner => new BrokenStore(inner)
        {
            Swap = (family, expected, token) => ThenCancel(inner.CompareAndSwapAsync(family, expected, default).AsTask(), token),
        }),
        new("revokes, and then sees that it was cancelled", ["cancel.before-a-write"], inner => new BrokenStore(inner)
        {
            Revoke = (filter, revocation, token) => ThenCancel(inner.RevokeAsync(filter, revocation, default).AsTask(), token),
        }),
        new("prunes, and then sees that it was cancelled", ["cancel.before-a-write"], inner => new BrokenStore(inner)
        {
            Prune = (bound, limit, token) => ThenCancel(inner.PruneAsync(bound, limit, default).AsTask(), token),
        }),
        new("is out of order after a cancelled call", ["cancel.works-on"], inner =>
        {
            var isPoisoned = false;
            return new BrokenStore(inner)
            {
                Swap = async (family, expected, token) =>
                {
                    isPoisoned |= token.IsCancellationRequested;
                    await CaseRun.LetOthersRunAsync();
                    isPoisoned |= token.IsCancellationRequested;
                    return isPoisoned ? throw new InvalidOperationException("broken connection") : await inner.CompareAndSwapAsync(family, expected, token);
                },
            };
        }) { Throws = true },
        new("hangs after a cancelled call", ["cancel.works-on"], inner =>
        {
            var connections = new SemaphoreSlim(2);
            return new BrokenStore(inner)
            {
                Add = async (family, cap, now, token) =>
                {
                    await connections.WaitAsync(default(CancellationToken));
                    await CaseRun.LetOthersRunAsync();
                    var evicted = await inner.AddAsync(family, cap, now, token);
                    connections.Release();
                    return evicted;
                },
            };
        }) { Throws = true },
        new("is registered as transient", ["registration.singleton"], inner => inner)
        {
            Register = builder => builder.Services.Replace(ServiceDescriptor.Transient<ITokenStore, InMemoryTokenStore>()),
        },
        new("is registered beside another store", ["registration.singleton"], inner => inner)
        {
            Register = builder => builder.Services.AddSingleton<ITokenStore>(new InMemoryTokenStore()),
        },
        new("is registered without its parts", ["registration.engine"], inner => inner)
        {
            Register = builder => builder.Services.Replace(ServiceDescriptor.Singleton<ITokenStore>(_ => new BrokenStore(new InMemoryTokenStore())
            {
                Add = (_, _, _, _) => throw new InvalidOperationException("no schema"),
            })),
            Throws = true,
        },
        new("reads a replica that lags", ["model.linearizable"], inner =>
        {
            var before = new ConcurrentDictionary<Opaque256, TokenFamily>();
            var finds = 0;
            return new BrokenStore(inner)
            {
                Find = async (key, token) => Interlocked.Increment(ref finds) % 3 == 0 && before.TryGetValue(key, out var row) ? row : await inner.FindAsync(key, token),
                Swap = async (family, expected, token) =>
                {
                    var row = await inner.FindAsync(family.Grant.LookupKey, token);
                    var swapped = await inner.CompareAndSwapAsync(family, expected, token);
                    if (swapped && row is not null)
                    {
                        before[family.Grant.LookupKey] = row;
                    }

                    return swapped;
                },
            };
        }),
        new("lists from a replica that lags", ["model.linearizable"], inner =>
        {
            IReadOnlyList<TokenFamily>? last = null;
            return new BrokenStore(inner)
            {
                List = async (query, token) =>
                {
                    var page = await inner.ListAsync(query, token);
                    return Interlocked.Exchange(ref last, page) ?? page;
                },
            };
        }),
        new("revokes twice", ["model.linearizable"], inner => new BrokenStore(inner)
        {
            Revoke = async (filter, revocation, token) =>
            {
                var count = await inner.RevokeAsync(filter, revocation, token);
                foreach (var row in await Rewrite.ReadAsync(inner, filter, revocation.Now))
                {
                    await inner.CompareAndSwapAsync(row with { Version = row.Version + 1 }, row.Version, token);
                }

                return count;
            },
        }),
    ];

    private static async Task<T> ThenCancel<T>(Task<T> call, CancellationToken token)
    {
        var answer = await call;
        token.ThrowIfCancellationRequested();
        return answer;
    }
}
