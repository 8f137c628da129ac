using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>A store from before trails: it says nothing of them, and drops what it is given.</summary>
internal sealed class ForgetfulStore : ITokenStore
{
    private readonly ITokenStore _inner = new InMemoryTokenStore();

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        _inner.AddAsync(family with { Trail = null }, activeCap, now, cancellationToken);

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => _inner.FindAsync(lookupKey, cancellationToken);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        _inner.CompareAndSwapAsync(family with { Trail = null }, expectedVersion, cancellationToken);

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => _inner.ListAsync(query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        _inner.RevokeAsync(filter, revocation, cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => _inner.PruneAsync(endedBefore, limit, cancellationToken);
}
