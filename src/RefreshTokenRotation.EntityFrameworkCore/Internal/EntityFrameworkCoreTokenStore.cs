using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Families in a relational database. An exchange costs two statements by primary key, each a transaction of its own.</summary>
/// <remarks>Read committed is enough: every condition that counts is looked at again under the row's lock.</remarks>
internal sealed class EntityFrameworkCoreTokenStore(ContextSource contexts, EntityFrameworkCoreStoreOptions options) : ITokenStore
{
    private const int MaxTries = 10;

    /// <summary>SQL Server takes 2,100 parameters a statement.</summary>
    internal const int Batch = 500;

    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        return (await lease.Context.FindFamilyAsync(lookupKey.ToArray(), cancellationToken).ConfigureAwait(false))?.ToFamily();
    }

    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        try
        {
            return await lease.Context.SwapAsync(FamilyRow.From(family), expectedVersion, cancellationToken).ConfigureAwait(false) == 1;
        }
        catch (Exception conflict) when (SerializationFailure.Is(conflict))
        {
            // Above read committed the server says so where another write came first.
            return false;
        }
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var operation = new AddFamilyOperation(lease.Context, family, activeCap, now);
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
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Only if its owner differs: adds of one owner see each other.
            if (await FindAsync(family.Grant.LookupKey, cancellationToken).ConfigureAwait(false) is not null)
            {
                return [];
            }

            throw;
        }

        throw new InvalidOperationException("The row that log-ins of one owner lock is deleted again and again.");
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var page = await lease.Context.Families().Where(query.Filter, query.Now).Page(query.After, query.Limit)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return page.ConvertAll(static row => row.ToFamily());
    }

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var rows = lease.Context.Families().Where(filter, revocation.Now);
        if (!revocation.Delete)
        {
            rows = rows.Where(static row => row.RevokedAt == 0);
        }

        if (filter.FamilyId is not null)
        {
            return await ChangeAsync(rows).ConfigureAwait(false);
        }

        lease.Context.Database.SetCommandTimeout(options.RevocationTimeout ?? TimeSpan.Zero);
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
            token => revocation.Delete ? reached.ExecuteDeleteAsync(token) : reached.RevokeAsync(revocation, token), cancellationToken);
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        var ended = lease.Context.Families().WhereEndedBefore(endedBefore.UtcTicks, PruneDay.Of(endedBefore));
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
                token => ended.Where(row => chosen.Contains(row.LookupKey)).ExecuteDeleteAsync(token), cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    private async ValueTask<ContextLease> OpenAsync(CancellationToken cancellationToken)
    {
        var lease = await contexts.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (options.CommandTimeout is { } timeout)
        {
            lease.Context.Database.SetCommandTimeout(timeout);
        }

        return lease;
    }
}
