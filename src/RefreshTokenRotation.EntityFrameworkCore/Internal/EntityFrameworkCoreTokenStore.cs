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
    private const int PruneChunk = 500;

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
        var rows = lease.Context.Families().Where(query.Filter, query.Now);
        if (query.After is { } after)
        {
            // The first condition is for the index, the second one decides between equal times.
            var (createdAt, familyId) = (after.CreatedAt.UtcTicks, after.FamilyId);
            rows = rows.Where(row => row.CreatedAt >= createdAt && (row.CreatedAt > createdAt || row.FamilyId > familyId));
        }

        var page = await rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.FamilyId).Take(query.Limit)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return page.ConvertAll(static row => row.ToFamily());
    }

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var suppressed = SuppressedTransaction.Enter();
        var lease = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedLease = lease.ConfigureAwait(false);
        if (filter.FamilyId is null)
        {
            lease.Context.Database.SetCommandTimeout(options.RevocationTimeout ?? TimeSpan.Zero);
        }

        var rows = lease.Context.Families().Where(filter, revocation.Now);
        return await TransientRetry.RunAsync(
            token => revocation.Delete ? rows.ExecuteDeleteAsync(token) : rows.RevokeAsync(revocation, token), cancellationToken).ConfigureAwait(false);
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
            var chosen = await ended.OrderBy(row => row.PruneBucket).Take(Math.Min(PruneChunk, limit - count))
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
