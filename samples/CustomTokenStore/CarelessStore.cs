using RefreshTokenRotation;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore;

/// <summary>A store with a mistake: its compare-and-swap writes, whatever the stored version is. All other calls are passed on.</summary>
internal sealed class CarelessStore(ITokenStore inner) : ITokenStore
{
    public bool KeepsTrail => inner.KeepsTrail;

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        await inner.FindAsync(family.Grant.LookupKey, cancellationToken) is { } row
        && await inner.CompareAndSwapAsync(family, row.Version, cancellationToken);

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.AddAsync(family, activeCap, now, cancellationToken);

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => inner.FindAsync(lookupKey, cancellationToken);

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        inner.ListAsync(query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        inner.RevokeAsync(filter, revocation, cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        inner.PruneAsync(endedBefore, limit, cancellationToken);
}
