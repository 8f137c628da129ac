using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Tests.Faults;

/// <summary>Stands behind all faults, right before the store, and sees what is really written.</summary>
internal sealed class Witness(ITokenStore inner) : ITokenStore
{
    public bool KeepsTrail => inner.KeepsTrail;

    /// <summary>Every row that was ever stored, oldest first.</summary>
    public List<TokenFamily> Committed { get; } = [];

    /// <summary>Looks at every change of a row: before and after.</summary>
    public Action<TokenFamily, TokenFamily>? OnChange { get; set; }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var evicted = await inner.AddAsync(family, activeCap, now, cancellationToken);
        Committed.Add(family);
        return evicted;
    }

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => inner.FindAsync(lookupKey, cancellationToken);

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        var before = await inner.FindAsync(family.Grant.LookupKey, cancellationToken);
        var swapped = await inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);
        if (swapped)
        {
            Committed.Add(family);
            OnChange?.Invoke(before!, family);
        }

        return swapped;
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        inner.ListAsync(query, cancellationToken);

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        var before = await inner.ListAsync(new TokenFamilyQuery(filter, null, 1000, revocation.Now), cancellationToken);
        var count = await inner.RevokeAsync(filter, revocation, cancellationToken);
        foreach (var row in before.Where(row => row.RevokedAt is null && !revocation.Delete))
        {
            OnChange?.Invoke(row, row.Revoke(revocation.RevokedAt, revocation.Reason));
        }

        return count;
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        inner.PruneAsync(endedBefore, limit, cancellationToken);
}
