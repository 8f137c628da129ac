using RefreshTokenRotation;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Store;

/// <summary>Keeps families in the memory of one process, and writes each change to a file before the call returns. For a device or an appliance.</summary>
/// <remarks>Each method decides what changes. <see cref="Journal"/> makes the change atomic, and durable before the call returns.</remarks>
public sealed class JournalTokenStore(JournalOptions options) : ITokenStore, IDisposable
{
    private readonly Journal _journal = new(options);

    public bool KeepsTrail => true;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        _journal.RunAsync<IReadOnlyList<TokenFamily>>(
            table =>
            {
                var grant = family.Grant;
                if (table.Find(grant.LookupKey) is not null)
                {
                    return ([], null); // A repeat: the response to the first try was lost.
                }

                if (table.Find(grant.FamilyId) is not null)
                {
                    throw new ArgumentException("Another family has this id.", nameof(family));
                }

                // The new family is not a candidate, so it is never evicted, whatever the clocks say.
                var owned = table.OfUser(grant.TenantId, grant.Subject)
                    .Where(row => row.Grant.ClientId == grant.ClientId)
                    .OrderBy(row => row.CurrentTokenIssuedAt)
                    .ToLookup(row => row.GetState(now) == FamilyState.Active);
                var evicted = owned[true].SkipLast(activeCap - 1).ToList();

                // A client that logs in and out without end must not fill the file. These ended before, and are not reported.
                var forgotten = owned[false].SkipLast(ITokenStore.MaxEndedPerOwner);

                // One change: a crash leaves all of it or nothing.
                return (evicted, new Change([family], [.. evicted.Concat(forgotten).Select(row => row.Grant.LookupKey)]));
            },
            cancellationToken);

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        _journal.RunAsync<TokenFamily?>(table => (table.Find(lookupKey), null), cancellationToken);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        _journal.RunAsync<bool>(
            table => table.Find(family.Grant.LookupKey)?.Version == expectedVersion ? (true, new Change([family], [])) : (false, null),
            cancellationToken);

    public async ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        var rows = await _journal.RunAsync<List<TokenFamily>>(
            table => (table.Candidates(query.Filter).Where(row => query.Filter.Matches(row, query.Now)).ToList(), null), cancellationToken);
        return
        [
            .. rows
                .Where(row => query.After is not { } after || Place(row).CompareTo((after.CreatedAt, after.FamilyId)) > 0)
                .OrderBy(Place)
                .Take(query.Limit),
        ];
    }

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        _journal.RunAsync(
            table =>
            {
                var rows = table.Candidates(filter)
                    .Where(row => filter.Matches(row, revocation.Now) && (revocation.Delete || row.RevokedAt is null))
                    .ToList();
                var change = revocation.Delete
                    ? new Change([], [.. rows.Select(row => row.Grant.LookupKey)])
                    : new Change([.. rows.Select(row => row.Revoke(revocation.RevokedAt, revocation.Reason))], []);
                return ((long)rows.Count, rows.Count == 0 ? null : change);
            },
            cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        _journal.RunAsync(
            table =>
            {
                var ended = table.All.Where(row => row.EndedBefore(endedBefore)).Take(limit).Select(row => row.Grant.LookupKey).ToList();
                return (ended.Count, ended.Count == 0 ? null : new Change([], ended));
            },
            cancellationToken);

    /// <summary>Waits for what was begun, and closes the file.</summary>
    public void Dispose() => _journal.Dispose();

    /// <summary>Ends like a killed process: what is not written yet never is.</summary>
    internal void Kill() => _journal.Kill();

    private static (DateTimeOffset CreatedAt, Guid FamilyId) Place(TokenFamily row) => (row.Grant.CreatedAt, row.Grant.FamilyId);
}
