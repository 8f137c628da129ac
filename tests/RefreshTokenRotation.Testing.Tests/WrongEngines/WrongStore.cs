using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Testing.Tests.WrongEngines;

/// <summary>The bugs that sit in what is asked of the store.</summary>
internal sealed class WrongStore(ITokenStore inner, Bug bug) : ITokenStore
{
    public bool KeepsTrail => inner.KeepsTrail;

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (bug == Bug.CapCountsEnded)
        {
            var filter = TokenFamilyFilter.ForUserAndClient(family.Grant.Subject, family.Grant.ClientId) with { TenantId = family.Grant.TenantId };
            var all = await inner.ListAsync(new TokenFamilyQuery(filter, null, 1000, now), cancellationToken);
            activeCap = Math.Max(1, activeCap - all.Count(other => other.GetState(now) != FamilyState.Active));
        }

        return await inner.AddAsync(family, activeCap, now, cancellationToken);
    }

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => inner.FindAsync(lookupKey, cancellationToken);

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        if (bug == Bug.ConfirmEndsLeeway)
        {
            var stored = await inner.FindAsync(family.Grant.LookupKey, cancellationToken);
            if (stored?.RecoverUntil is not null && family == stored with { RecoverUntil = null, Version = family.Version })
            {
                family = family with { LeewayUntil = null };
            }
        }

        return await inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken);
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        inner.ListAsync(query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        inner.RevokeAsync(filter, revocation, cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        inner.PruneAsync(endedBefore, limit, cancellationToken);
}
