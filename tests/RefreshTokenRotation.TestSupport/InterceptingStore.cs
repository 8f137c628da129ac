using System.Collections.Concurrent;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>Counts the calls of a store, and lets a test act or fail before and after each.</summary>
internal sealed class InterceptingStore(ITokenStore? inner = null) : ITokenStore
{
    private readonly ITokenStore _inner = inner ?? new InMemoryTokenStore();
    private readonly ConcurrentQueue<string> _calls = new();

    public bool KeepsTrail => _inner.KeepsTrail;

    public IReadOnlyCollection<string> Calls => _calls;

    public Func<string, Task>? Before { get; set; }

    public Func<string, Task>? After { get; set; }

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        CallAsync("add", () => _inner.AddAsync(family, activeCap, now, cancellationToken));

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        CallAsync("find", () => _inner.FindAsync(lookupKey, cancellationToken));

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        CallAsync("swap", () => _inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken));

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        CallAsync("list", () => _inner.ListAsync(query, cancellationToken));

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        CallAsync("revoke", () => _inner.RevokeAsync(filter, revocation, cancellationToken));

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        CallAsync("prune", () => _inner.PruneAsync(endedBefore, limit, cancellationToken));

    private async ValueTask<T> CallAsync<T>(string name, Func<ValueTask<T>> call)
    {
        _calls.Enqueue(name);
        await (Before?.Invoke(name) ?? Task.CompletedTask);
        var result = await call();
        await (After?.Invoke(name) ?? Task.CompletedTask);
        return result;
    }
}
