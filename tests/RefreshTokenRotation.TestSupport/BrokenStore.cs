using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A store that does one thing wrong: what is not replaced goes through.</summary>
internal sealed class BrokenStore(ITokenStore inner) : ITokenStore
{
    public bool KeepsTrail => inner.KeepsTrail;

    public Func<TokenFamily, int, DateTimeOffset, CancellationToken, Task<IReadOnlyList<TokenFamily>>>? Add { get; init; }

    public Func<Opaque256, CancellationToken, Task<TokenFamily?>>? Find { get; init; }

    public Func<TokenFamily, long, CancellationToken, Task<bool>>? Swap { get; init; }

    public Func<TokenFamilyQuery, CancellationToken, Task<IReadOnlyList<TokenFamily>>>? List { get; init; }

    public Func<TokenFamilyFilter, FamilyRevocation, CancellationToken, Task<long>>? Revoke { get; init; }

    public Func<DateTimeOffset, int, CancellationToken, Task<int>>? Prune { get; init; }

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        Add is null ? inner.AddAsync(family, activeCap, now, cancellationToken) : new(Add(family, activeCap, now, cancellationToken));

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        Find is null ? inner.FindAsync(lookupKey, cancellationToken) : new(Find(lookupKey, cancellationToken));

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        Swap is null ? inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken) : new(Swap(family, expectedVersion, cancellationToken));

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        List is null ? inner.ListAsync(query, cancellationToken) : new(List(query, cancellationToken));

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        Revoke is null ? inner.RevokeAsync(filter, revocation, cancellationToken) : new(Revoke(filter, revocation, cancellationToken));

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        Prune is null ? inner.PruneAsync(endedBefore, limit, cancellationToken) : new(Prune(endedBefore, limit, cancellationToken));
}
