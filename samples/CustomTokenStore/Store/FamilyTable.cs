using System.Runtime.InteropServices;
using RefreshTokenRotation;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Store;

/// <summary>The rows in memory, by lookup key, by family id and by user. Only <see cref="Apply"/> changes it, now and after a restart.</summary>
internal sealed class FamilyTable
{
    private readonly Dictionary<Opaque256, TokenFamily> _rows = [];
    private readonly Dictionary<Guid, Opaque256> _keys = [];
    private readonly Dictionary<(string TenantId, string Subject), HashSet<Opaque256>> _users = [];

    public IReadOnlyCollection<TokenFamily> All => _rows.Values;

    public TokenFamily? Find(Opaque256 lookupKey) => _rows.GetValueOrDefault(lookupKey);

    public TokenFamily? Find(Guid familyId) => _keys.TryGetValue(familyId, out var key) ? _rows[key] : null;

    public IEnumerable<TokenFamily> OfUser(string tenantId, string subject) =>
        _users.TryGetValue((tenantId, subject), out var keys) ? keys.Select(key => _rows[key]) : [];

    /// <summary>Every row that may match a filter. Only filters by client, session or tenant look at all rows.</summary>
    public IEnumerable<TokenFamily> Candidates(TokenFamilyFilter filter) => filter switch
    {
        { FamilyId: { } id } => Find(id) is { } row ? [row] : [],
        { Subject: { } subject } => OfUser(filter.TenantId, subject),
        _ => All,
    };

    public void Apply(Change change)
    {
        foreach (var row in change.Put)
        {
            var grant = row.Grant;
            _rows[grant.LookupKey] = row;
            _keys[grant.FamilyId] = grant.LookupKey;
            (CollectionsMarshal.GetValueRefOrAddDefault(_users, (grant.TenantId, grant.Subject), out _) ??= []).Add(grant.LookupKey);
        }

        foreach (var key in change.Delete)
        {
            if (_rows.Remove(key, out var row))
            {
                var user = (row.Grant.TenantId, row.Grant.Subject);
                _keys.Remove(row.Grant.FamilyId);
                _users[user].Remove(key);
                if (_users[user].Count == 0)
                {
                    _users.Remove(user);
                }
            }
        }
    }
}
