using System.Data;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Adds a family and evicts what is beyond the cap: a transaction that begins with the lock of the owner.</summary>
internal sealed class AddFamilyOperation(DbContext context, TokenFamily family, int activeCap, DateTimeOffset now)
{
    private const int MaxChoices = 100;

    private readonly int _bucket = LockRow.BucketOf(family.Grant.TenantId, family.Grant.Subject, family.Grant.ClientId);
    private IReadOnlyList<TokenFamily> _committing = [];

    /// <summary>Adds.</summary>
    /// <returns>The evicted families; null if the row that the owner's adds lock is not there yet. Nothing has happened then.</returns>
    public Task<IReadOnlyList<TokenFamily>?> RunAsync(CancellationToken cancellationToken) =>
        context.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync, cancellationToken);

    /// <summary>Creates the row that the owner's adds lock. It runs on its own, because a transaction may not survive that another node was first.</summary>
    public async Task CreateLockAsync(CancellationToken cancellationToken)
    {
        context.ChangeTracker.Clear();
        context.Add(new LockRow { Bucket = _bucket });
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            if (!await Locks.AnyAsync(cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    private IQueryable<FamilyRow> Owned
    {
        get
        {
            var (tenant, subject, client) = (family.Grant.TenantId, family.Grant.Subject, family.Grant.ClientId);
            return context.Families().Where(row => row.TenantId == tenant && row.Subject == subject && row.ClientId == client);
        }
    }

    private IQueryable<LockRow> Locks => context.Set<LockRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Bucket == _bucket);

    private async Task<IReadOnlyList<TokenFamily>?> TryAsync(CancellationToken cancellationToken)
    {
        context.ChangeTracker.Clear();

        // Named, because the lock would be of no use under a stricter default: its snapshot would be older than the lock.
        var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var ownedTransaction = transaction.ConfigureAwait(false);
        if (await Locks.ExecuteUpdateAsync(static set => set.SetProperty(row => row.Adds, row => row.Adds + 1), cancellationToken).ConfigureAwait(false) == 0)
        {
            return null;
        }

        // One statement finds both: a log-in costs no more for the bound on what has ended.
        var key = family.Grant.LookupKey.ToArray();
        var (families, ended) = (context.Families(), Owned.WhereEnded(now.UtcTicks));
        var found = await Locks
            .Select(_ => new { IsThere = families.Any(row => row.LookupKey == key), Ended = ended.OrderBy(row => row.LookupKey).Take(ITokenStore.MaxEndedPerOwner + 1).Count() })
            .SingleAsync(cancellationToken).ConfigureAwait(false);
        if (found.IsThere)
        {
            // A repeat. It may be of this call's own commit, whose response was lost: then it reports what that one evicted.
            return _committing;
        }

        if (found.Ended > ITokenStore.MaxEndedPerOwner)
        {
            await DeleteEndedAsync(ended, cancellationToken).ConfigureAwait(false);
        }

        context.Database.AutoSavepointsEnabled = false;
        context.Add(FamilyRow.From(family));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var evicted = await EvictAsync(key, cancellationToken).ConfigureAwait(false);
        _committing = evicted;
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return evicted;
    }

    private async Task<List<TokenFamily>> EvictAsync(byte[] added, CancellationToken cancellationToken)
    {
        var evicted = new List<TokenFamily>();
        var kept = activeCap - 1;
        for (var choice = 0; choice < MaxChoices; choice++)
        {
            // The owner's other active families, but the newest ones, which the cap leaves beside the added one; oldest first.
            var victims = await NewestFirst(Owned.Where(row => row.LookupKey != added).WhereActive(now.UtcTicks)).Skip(kept).ToListAsync(cancellationToken).ConfigureAwait(false);
            victims.Reverse();
            var isChanged = false;
            foreach (var victim in victims)
            {
                var (key, version) = (victim.LookupKey, victim.Version);
                var deleted = await context.Families()
                    .Where(row => row.LookupKey == key && row.Version == version)
                    .DeleteAsync(context, cancellationToken).ConfigureAwait(false);
                if (deleted == 0)
                {
                    // An exchange or a revocation has just changed it: it may no longer be the oldest.
                    isChanged = true;
                    break;
                }

                evicted.Add(victim.ToFamily());
            }

            if (!isChanged)
            {
                return evicted;
            }
        }

        throw new TimeoutException("The families of one owner kept rotating while the store tried to evict the oldest.");
    }

    /// <summary>Deletes the oldest ended families, all but those that a store must keep, so that the next log-ins have none to look for.</summary>
    private async Task DeleteEndedAsync(IQueryable<FamilyRow> ended, CancellationToken cancellationToken)
    {
        var surplus = await NewestFirst(ended).Skip(ITokenStore.KeptEndedPerOwner).Select(row => row.LookupKey)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var keys in surplus.Chunk(EntityFrameworkCoreTokenStore.Batch).Select(static keys => keys.ToList()))
        {
            await ended.Where(row => keys.Contains(row.LookupKey)).DeleteAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IOrderedQueryable<FamilyRow> NewestFirst(IQueryable<FamilyRow> rows) => rows
        .OrderByDescending(row => row.RotatedAt != 0 ? row.RotatedAt : row.CreatedAt)
        .ThenByDescending(row => row.FamilyId);
}
