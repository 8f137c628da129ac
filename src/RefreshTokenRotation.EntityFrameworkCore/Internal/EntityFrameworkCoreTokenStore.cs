using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Families in a relational database. An exchange costs two statements by primary key, each a transaction of its own.</summary>
/// <remarks>Read committed is enough: every condition that counts is looked at again under the row's lock.</remarks>
internal sealed class EntityFrameworkCoreTokenStore(ContextSource contexts, EntityFrameworkCoreStoreOptions options, TimeProvider time) : ITokenStore
{
    private const int MaxTries = 10;

    /// <summary>SQL Server takes 2,100 parameters a statement.</summary>
    internal const int Batch = 500;

    private readonly Calls _calls = new(contexts, time, options.CommandTimeout);

    public bool KeepsTrail => true;

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => _calls.RunAsync(
        static async (lookupKey, context, token) =>
        {
            var found = await context.FindFamilyAsync(lookupKey.ToArray(), token).ConfigureAwait(false);
            if (found is null && ServerRole.IsPostgreSql(context))
            {
                // No row says whose answer that was.
                await ServerRole.HoldPrimaryAsync(context, token).ConfigureAwait(false);
                found = await context.FindFamilyAsync(lookupKey.ToArray(), token).ConfigureAwait(false);
            }

            return found is { IsOfStandby: true } ? throw new StandbyException() : found?.Row.ToFamily();
        },
        lookupKey,
        cancellationToken);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        return _calls.RunAsync(
            static async (swap, context, token) =>
            {
                try
                {
                    return await context.SwapAsync(FamilyRow.ChangesOf(swap.Next), swap.Version, token).ConfigureAwait(false) == 1;
                }
                catch (Exception conflict) when (TransientRetry.IsRolledBack(conflict))
                {
                    // Above read committed the server says so where another write came first.
                    return false;
                }
            },
            (Next: family, Version: expectedVersion),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        return _calls.RunAsync(
            static (add, context, token) => AddAsync(context, add.Family, new AddFamilyOperation(context, add.Family, add.Cap, add.Now), token),
            (Family: family, Cap: activeCap, Now: now),
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return _calls.RunAsync<TokenFamilyQuery, IReadOnlyList<TokenFamily>>(
            static async (query, context, token) =>
            {
                await ServerRole.HoldPrimaryAsync(context, token).ConfigureAwait(false);
                var page = await context.Families().Where(query.Filter, query.Now).Page(query.After, query.Limit).ToListAsync(token).ConfigureAwait(false);
                return page.ConvertAll(static row => row.ToFamily());
            },
            query,
            cancellationToken);
    }

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return _calls.RunAsync(
            static (call, context, token) => RevokeAsync(context, call.Filter, call.Revocation, call.Timeout, token),
            (Filter: filter, Revocation: revocation, Timeout: options.RevocationTimeout ?? TimeSpan.Zero),
            cancellationToken);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _calls.RunAsync(static (prune, context, token) => PruneAsync(context, prune.Before, prune.Limit, token), (Before: endedBefore, Limit: limit), cancellationToken);
    }

    private static async Task<IReadOnlyList<TokenFamily>> AddAsync(
        DbContext context, TokenFamily family, AddFamilyOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            for (var tries = 0; tries < MaxTries; tries++)
            {
                if (await TransientRetry.RunAsync(operation.RunAsync, cancellationToken).ConfigureAwait(false) is { } evicted)
                {
                    return evicted;
                }

                await operation.CreateLockAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbUpdateException fault) when (!cancellationToken.IsCancellationRequested && !ReadOnlyServer.Refused(fault))
        {
            // Only if its owner differs: adds of one owner see each other.
            if (await context.FindFamilyAsync(family.Grant.LookupKey.ToArray(), cancellationToken).ConfigureAwait(false) is not null)
            {
                return [];
            }

            throw;
        }

        throw new InvalidOperationException("The row that serializes one user's log-ins keeps being deleted.");
    }

    private static async Task<long> RevokeAsync(
        DbContext context, TokenFamilyFilter filter, FamilyRevocation revocation, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var rows = context.Families().Where(filter, revocation.Now);
        if (!revocation.Delete)
        {
            rows = rows.Where(static row => row.RevokedAt == 0);
        }

        if (filter.FamilyId is not null)
        {
            return await ChangeAsync(rows).ConfigureAwait(false);
        }

        await ServerRole.HoldPrimaryAsync(context, cancellationToken).ConfigureAwait(false);
        context.Database.SetCommandTimeout(timeout);
        var count = 0L;
        TokenFamilyCursor? last = null;
        while (true)
        {
            // Bounded and each committed: nobody waits long for a row, and what is done is done. The filter decides again under the rows' locks.
            var page = await rows.Page(last, Batch).Select(static row => new { row.LookupKey, row.CreatedAt, row.FamilyId })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            if (page.Count > 0)
            {
                var keys = page.ConvertAll(static row => row.LookupKey);
                count += await ChangeAsync(rows.Where(row => keys.Contains(row.LookupKey))).ConfigureAwait(false);
                last = new TokenFamilyCursor(new DateTimeOffset(page[^1].CreatedAt, TimeSpan.Zero), page[^1].FamilyId);
            }

            if (page.Count < Batch)
            {
                return count;
            }
        }

        Task<int> ChangeAsync(IQueryable<FamilyRow> reached) => TransientRetry.RunAsync(
            token => revocation.Delete ? reached.DeleteAsync(context, token) : reached.RevokeAsync(revocation, token), cancellationToken);
    }

    private static async Task<int> PruneAsync(DbContext context, DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        var ended = context.Families().WhereEndedBefore(endedBefore.UtcTicks, PruneDay.Of(endedBefore));
        var count = 0;
        while (count < limit)
        {
            // Chosen first, so that what is deleted is bounded and locked for the shortest time; what another node deletes meanwhile does not count here.
            var chosen = await ended.OrderBy(row => row.PruneBucket).Take(Math.Min(Batch, limit - count))
                .Select(row => row.LookupKey).ToListAsync(cancellationToken).ConfigureAwait(false);
            if (chosen.Count == 0)
            {
                break;
            }

            count += await TransientRetry.RunAsync(
                token => ended.Where(row => chosen.Contains(row.LookupKey)).DeleteAsync(context, token), cancellationToken).ConfigureAwait(false);
        }

        return count;
    }
}
