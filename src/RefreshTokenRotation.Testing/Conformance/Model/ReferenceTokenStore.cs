namespace RefreshTokenRotation.Testing.Conformance.Model;

/// <summary>The store contract as simple as it can be said: one list, one caller.</summary>
internal sealed class ReferenceTokenStore
{
    private readonly List<TokenFamily> _rows = [];

    public List<TokenFamily> Add(TokenFamily family, int activeCap, DateTimeOffset now)
    {
        if (Find(family.Grant.LookupKey) is not null)
        {
            return [];
        }

        var evicted = RemoveOldest(isActive: true, activeCap - 1);
        RemoveOldest(isActive: false, ITokenStore.MaxEndedPerOwner);
        _rows.Add(family);
        return evicted;

        List<TokenFamily> RemoveOldest(bool isActive, int kept)
        {
            var oldest = _rows.Where(row => row.GetState(now) == FamilyState.Active == isActive && Owner(row) == Owner(family))
                .OrderByDescending(row => row.CurrentTokenIssuedAt).Skip(kept).ToList();
            oldest.ForEach(row => _rows.Remove(row));
            return oldest;
        }
    }

    public TokenFamily? Find(Opaque256 lookupKey) => _rows.Find(row => row.Grant.LookupKey == lookupKey);

    public bool Swap(TokenFamily family, long expectedVersion)
    {
        var index = _rows.FindIndex(row => row.Grant.LookupKey == family.Grant.LookupKey && row.Version == expectedVersion);
        if (index >= 0)
        {
            _rows[index] = family;
        }

        return index >= 0;
    }

    public List<TokenFamily> List(TokenFamilyQuery query) =>
    [
        .. _rows
            .Where(row => query.Filter.Matches(row, query.Now) && (query.After is not { } after || Place(row).CompareTo((after.CreatedAt, after.FamilyId)) > 0))
            .OrderBy(Place)
            .Take(query.Limit),
    ];

    public long Revoke(TokenFamilyFilter filter, FamilyRevocation revocation)
    {
        var ended = _rows.Where(row => filter.Matches(row, revocation.Now) && (revocation.Delete || row.RevokedAt is null)).ToList();
        foreach (var row in ended)
        {
            _rows.Remove(row);
            if (!revocation.Delete)
            {
                _rows.Add(row.Revoke(revocation.RevokedAt, revocation.Reason));
            }
        }

        return ended.Count;
    }

    public int Prune(DateTimeOffset endedBefore) => _rows.RemoveAll(row => row.EndedBefore(endedBefore));

    private static (string Tenant, string Subject, string Client) Owner(TokenFamily row) => (row.Grant.TenantId, row.Grant.Subject, row.Grant.ClientId);

    private static (DateTimeOffset CreatedAt, Guid FamilyId) Place(TokenFamily row) => (row.Grant.CreatedAt, row.Grant.FamilyId);
}
