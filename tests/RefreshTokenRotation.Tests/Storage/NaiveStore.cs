using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>The contract of <see cref="ITokenStore"/> as a dictionary and linear scans: slow, and plainly right. One thread only.</summary>
internal sealed class NaiveStore
{
    private readonly Dictionary<Opaque256, TokenFamily> _rows = [];

    public IReadOnlyCollection<TokenFamily> Rows => _rows.Values;

    public IReadOnlyList<TokenFamily> Add(TokenFamily family, int cap, DateTimeOffset now)
    {
        if (_rows.ContainsKey(family.Grant.LookupKey))
        {
            return [];
        }

        var active = _rows.Values
            .Where(row => row.Grant.TenantId == family.Grant.TenantId && row.Grant.Subject == family.Grant.Subject && row.Grant.ClientId == family.Grant.ClientId)
            .Where(row => IsActive(row, now))
            .OrderBy(row => row.RotatedAt ?? row.Grant.CreatedAt)
            .ThenBy(row => row.Grant.FamilyId)
            .ToArray();
        var evicted = active.Take(Math.Max(0, active.Length + 1 - cap)).ToArray();
        foreach (var row in evicted)
        {
            _rows.Remove(row.Grant.LookupKey);
        }

        _rows.Add(family.Grant.LookupKey, family);
        return evicted;
    }

    public TokenFamily? Find(Opaque256 key) => _rows.GetValueOrDefault(key);

    public bool CompareAndSwap(TokenFamily family, long expected)
    {
        if (Find(family.Grant.LookupKey)?.Version != expected)
        {
            return false;
        }

        _rows[family.Grant.LookupKey] = family;
        return true;
    }

    public IReadOnlyList<TokenFamily> List(TokenFamilyQuery query) =>
    [
        .. _rows.Values
            .Where(row => Matches(row, query.Filter, query.Now))
            .Where(row => query.After is not { } after || (row.Grant.CreatedAt, row.Grant.FamilyId).CompareTo((after.CreatedAt, after.FamilyId)) > 0)
            .OrderBy(row => (row.Grant.CreatedAt, row.Grant.FamilyId))
            .Take(query.Limit),
    ];

    public long Revoke(TokenFamilyFilter filter, FamilyRevocation revocation)
    {
        var rows = _rows.Values.Where(row => Matches(row, filter, revocation.Now) && (revocation.Delete || row.RevokedAt is null)).ToArray();
        foreach (var row in rows)
        {
            if (revocation.Delete)
            {
                _rows.Remove(row.Grant.LookupKey);
            }
            else
            {
                _rows[row.Grant.LookupKey] = row with
                {
                    Version = row.Version + 1,
                    RevokedAt = revocation.RevokedAt,
                    RevocationReason = revocation.Reason,
                    Salt = null,
                    Trail = null,
                };
            }
        }

        return rows.Length;
    }

    public IReadOnlyList<TokenFamily> Prunable(DateTimeOffset before) =>
        [.. _rows.Values.Where(row => row.RevokedAt < before || row.AbsoluteExpiresAt < before || row.IdleExpiresAt < before)];

    public void Remove(TokenFamily row) => _rows.Remove(row.Grant.LookupKey);

    private static bool IsActive(TokenFamily row, DateTimeOffset now) =>
        row.RevokedAt is null && !(row.AbsoluteExpiresAt <= now) && !(row.IdleExpiresAt <= now);

    private static bool Matches(TokenFamily row, TokenFamilyFilter filter, DateTimeOffset now)
    {
        var state = row.RevokedAt is not null ? FamilyState.Revoked : IsActive(row, now) ? FamilyState.Active : FamilyState.Expired;
        return filter.TenantId == row.Grant.TenantId
            && (filter.FamilyId ?? row.Grant.FamilyId) == row.Grant.FamilyId
            && filter.ExceptFamilyId != row.Grant.FamilyId
            && (filter.Subject ?? row.Grant.Subject) == row.Grant.Subject
            && (filter.ClientId ?? row.Grant.ClientId) == row.Grant.ClientId
            && (filter.SessionId is null || filter.SessionId == row.Grant.SessionId)
            && (filter.AuthorizationId is null || filter.AuthorizationId == row.Grant.AuthorizationId)
            && filter.Resource switch { null => true, "" => row.Grant.Resources.Count == 0, { } one => row.Grant.Resources.Contains(one) }
            && (filter.RotationType ?? row.RotationType) == row.RotationType
            && (filter.State ?? state) == state
            && !(row.Grant.CreatedAt > filter.CreatedNoLaterThan);
    }
}
