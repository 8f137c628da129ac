using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Snippets;

// snippet: store
/// <summary>The whole contract in one process: one lock makes every call atomic. A database does it with its own means.</summary>
internal sealed class DictionaryTokenStore : ITokenStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Opaque256, TokenFamily> _rows = [];

    public bool KeepsTrail => true;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var owned = _rows.Values.Where(row => Owner(row) == Owner(family)).OrderBy(row => row.CurrentTokenIssuedAt)
                .ToLookup(row => row.GetState(now) == FamilyState.Active);
            if (!_rows.TryAdd(family.Grant.LookupKey, family))
            {
                return new([]); // a repeat
            }

            var evicted = owned[true].SkipLast(activeCap - 1).ToList();
            foreach (var row in evicted.Concat(owned[false].SkipLast(ITokenStore.MaxEndedPerOwner)))
            {
                _rows.Remove(row.Grant.LookupKey);
            }

            return new(evicted);
        }
    }

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_rows.GetValueOrDefault(lookupKey));
        }
    }

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var swaps = _rows.TryGetValue(family.Grant.LookupKey, out var row) && row.Version == expectedVersion;
            if (swaps)
            {
                _rows[family.Grant.LookupKey] = family;
            }

            return new(swaps);
        }
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return new(_rows.Values
                .Where(row => query.Filter.Matches(row, query.Now))
                .Where(row => query.After is not { } after || Place(row).CompareTo((after.CreatedAt, after.FamilyId)) > 0)
                .OrderBy(Place)
                .Take(query.Limit)
                .ToList());
        }
    }

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var rows = _rows.Values
                .Where(row => filter.Matches(row, revocation.Now) && (revocation.Delete || row.RevokedAt is null))
                .ToList();
            foreach (var row in rows)
            {
                if (revocation.Delete)
                {
                    _rows.Remove(row.Grant.LookupKey);
                }
                else
                {
                    _rows[row.Grant.LookupKey] = row.Revoke(revocation.RevokedAt, revocation.Reason);
                }
            }

            return new(rows.Count);
        }
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var ended = _rows.Values.Where(row => row.EndedBefore(endedBefore)).Take(limit).ToList();
            ended.ForEach(row => _rows.Remove(row.Grant.LookupKey));
            return new(ended.Count);
        }
    }

    private static (string, string, string) Owner(TokenFamily row) => (row.Grant.TenantId, row.Grant.Subject, row.Grant.ClientId);

    private static (DateTimeOffset CreatedAt, Guid FamilyId) Place(TokenFamily row) => (row.Grant.CreatedAt, row.Grant.FamilyId);
}
// end-snippet
