using System.Collections.Concurrent;
using RefreshTokenRotation.Client;
using RefreshTokenRotation.Testing.Conformance;

namespace RefreshTokenRotation.Testing.Tests.Conformance;

[TestFixture]
internal sealed class SessionSabotageTests
{
    private static readonly Wrong[] All =
    [
        new("cuts long records", ["session.every-byte"], static inner => new BrokenSessionStore(inner)
        {
            Swap = (key, expected, record, token) =>
                inner.CompareAndSwapAsync(key, expected, record.Data.Length < 1000 ? record : record with { Data = record.Data[..1000] }, token).AsTask(),
        }),
        new("makes versions of its own", ["session.every-byte", "session.create-once"], static inner => new BrokenSessionStore(inner)
        {
            Swap = (key, expected, record, token) => inner.CompareAndSwapAsync(key, expected, record with { Version = Guid.NewGuid() }, token).AsTask(),
        }),
        Keys("joins client and id", "session.exact-keys", static key => new(key.ClientName + key.SessionId, "")),
        Keys("folds case", "session.exact-keys", static key => key with { SessionId = key.SessionId.ToLowerInvariant() }),
        new("overwrites what is there", ["session.create-once", "session.other-version", "session.one-winner"], static inner => new BrokenSessionStore(inner)
        {
            Swap = async (key, _, record, token) => await inner.CompareAndSwapAsync(key, (await inner.LoadAsync(key, token))?.Version, record, token),
        }),
        new("creates what was expected to be there", ["session.other-version", "session.delete"], static inner => new BrokenSessionStore(inner)
        {
            Swap = async (key, expected, record, token) => await inner.CompareAndSwapAsync(key, await inner.LoadAsync(key, token) is null ? null : expected, record, token),
        }),
        new("deletes any version", ["session.delete"], static inner => new BrokenSessionStore(inner)
        {
            Delete = async (key, _, token) => await inner.LoadAsync(key, token) is { } found && await inner.DeleteIfUnchangedAsync(key, found.Version, token),
        }),
        new("says yes to every deletion", ["session.delete", "session.write-or-delete"], static inner => new BrokenSessionStore(inner)
        {
            Delete = async (key, expected, token) => await inner.DeleteIfUnchangedAsync(key, expected, token) || true,
        }),
        new("keeps what it has read", ["session.second-instance"], static inner =>
        {
            var read = new ConcurrentDictionary<TokenSessionKey, TokenSessionRecord?>();
            return new BrokenSessionStore(inner) { Load = async (key, token) => read.GetOrAdd(key, await inner.LoadAsync(key, token)) };
        })
        {
            IsOneInstanceBroken = true,
        },
        new("shows the end of the record before", ["session.whole-records"], static inner =>
        {
            ReadOnlyMemory<byte> before = default;
            return new BrokenSessionStore(inner)
            {
                Load = async (key, token) => await inner.LoadAsync(key, token) is not { } found ? null
                    : before.Length != found.Data.Length ? found
                    : found with { Data = (byte[])[.. found.Data.Span[..(before.Length / 2)], .. before.Span[(before.Length / 2)..]] },
                Swap = async (key, expected, record, token) =>
                {
                    before = (await inner.LoadAsync(key, token))?.Data ?? default;
                    return await inner.CompareAndSwapAsync(key, expected, record, token);
                },
            };
        }),
        new("has a lock for each instance", ["session.lock-excludes", "session.lock-cancelled"], static inner => inner) { Second = static inner => new BrokenSessionStore(inner) { Lock = new InMemoryTokenSessionStore().LockAsync } },
        new("lets nobody write under the lock", ["session.lock-holder-works"], static inner => new BrokenSessionStore(inner)
        {
            Swap = async (key, expected, record, token) =>
            {
                await using (await inner.LockAsync(key, token))
                {
                    return await inner.CompareAndSwapAsync(key, expected, record, token);
                }
            },
        }),
        new("waits for a lock though it is cancelled", ["session.lock-cancelled"], static inner => new BrokenSessionStore(inner) { Lock = (key, _) => inner.LockAsync(key, default) }),
        new("forgets at a crash", ["session.crash"], static inner => inner) { AfterCrash = new InMemoryTokenSessionStore() },
        new("keeps the locks of the dead", ["session.crash"], static inner => inner),
    ];

    private static IEnumerable<TestCaseData> Pairs => All.SelectMany(wrong => wrong.Cases.Select(name => new TestCaseData(wrong, name).SetArgDisplayNames(wrong.Name, name)));

    [TestCaseSource(nameof(Pairs))]
    public async Task Case_fails_for_a_session_store_that(Wrong wrong, string name)
    {
        await using var harness = new Harness(wrong);

        // What hangs is a failure too; the bound is the kit's own.
        var result = await TokenSessionStoreConformance.Get(name).RunAsync(harness, new ConformanceOptions { Timeout = TimeSpan.FromSeconds(wrong.Hangs ? 3 : 120) });

        result.Should().BeOfType<ConformanceResult.Failed>();
    }

    [Test]
    public void Every_case_has_a_sabotage() => TokenSessionStoreConformance.Cases
        .Select(conformanceCase => conformanceCase.Name).Except(All.SelectMany(wrong => wrong.Cases)).Should().BeEmpty();

    private static Wrong Keys(string name, string conformanceCase, Func<TokenSessionKey, TokenSessionKey> change) => new(name, [conformanceCase], inner => new BrokenSessionStore(inner)
    {
        Load = (key, token) => inner.LoadAsync(change(key), token).AsTask(),
        Swap = (key, expected, record, token) => inner.CompareAndSwapAsync(change(key), expected, record, token).AsTask(),
    });

    internal sealed record Wrong(string Name, string[] Cases, Func<ITokenSessionStore, ITokenSessionStore> Break)
    {
        public bool IsOneInstanceBroken { get; init; }

        public Func<ITokenSessionStore, ITokenSessionStore>? Second { get; init; }

        public ITokenSessionStore? AfterCrash { get; init; }

        public bool Hangs => AfterCrash is null && Cases is ["session.lock-holder-works" or "session.lock-cancelled" or "session.crash"];
    }

    private sealed class Harness(Wrong wrong) : TokenSessionStoreHarness
    {
        private readonly InMemoryTokenSessionStore _inner = new();
        private ITokenSessionStore? _store;

        public override ValueTask<ITokenSessionStore> OpenAsync(CancellationToken cancellationToken) => new(_store = wrong.Break(_inner));

        public override ValueTask<ITokenSessionStore> OpenSecondAsync(CancellationToken cancellationToken) =>
            new(wrong.Second?.Invoke(_inner) ?? (wrong.IsOneInstanceBroken ? _inner : _store!));

        public override ValueTask<ITokenSessionStore> CrashAsync(CancellationToken cancellationToken) => new(wrong.AfterCrash ?? _store!);
    }

    private sealed class BrokenSessionStore(ITokenSessionStore inner) : ITokenSessionStore
    {
        public Func<TokenSessionKey, CancellationToken, Task<TokenSessionRecord?>>? Load { get; init; }

        public Func<TokenSessionKey, Guid?, TokenSessionRecord, CancellationToken, Task<bool>>? Swap { get; init; }

        public Func<TokenSessionKey, Guid, CancellationToken, Task<bool>>? Delete { get; init; }

        public Func<TokenSessionKey, CancellationToken, ValueTask<IAsyncDisposable>>? Lock { get; init; }

        public ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken) =>
            Load is null ? inner.LoadAsync(key, cancellationToken) : new(Load(key, cancellationToken));

        public ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken) =>
            Swap is null ? inner.CompareAndSwapAsync(key, expectedVersion, record, cancellationToken) : new(Swap(key, expectedVersion, record, cancellationToken));

        public ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken) =>
            Delete is null ? inner.DeleteIfUnchangedAsync(key, expectedVersion, cancellationToken) : new(Delete(key, expectedVersion, cancellationToken));

        public ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken) =>
            Lock is null ? inner.LockAsync(key, cancellationToken) : Lock(key, cancellationToken);
    }
}
