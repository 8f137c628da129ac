using System.Data;
using Microsoft.EntityFrameworkCore;
using RefreshTokenRotation.EntityFrameworkCore.Internal.Model;
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

    /// <summary>Creates the row that the owner's adds lock. It stands on its own, because a transaction may not survive that another node was first.</summary>
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

        var key = family.Grant.LookupKey.ToArray();
        if (await context.Families().AnyAsync(row => row.LookupKey == key, cancellationToken).ConfigureAwait(false))
        {
            // A repeat. It may be of this call's own commit, whose answer was lost: then it tells what that one evicted.
            return _committing;
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
        for (var choice = 0; choice < MaxChoices; choice++)
        {
            var isChanged = false;
            foreach (var victim in await ChooseAsync(added, cancellationToken).ConfigureAwait(false))
            {
                var (key, version) = (victim.LookupKey, victim.Version);
                var deleted = await context.Families()
                    .Where(row => row.LookupKey == key && row.Version == version)
                    .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
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

        throw new TimeoutException("The families of one owner were rotated again and again while the oldest was to be evicted.");
    }

    /// <summary>The owner's other active families, but the newest ones, which the cap leaves beside the added one; oldest first.</summary>
    private async Task<IEnumerable<FamilyRow>> ChooseAsync(byte[] added, CancellationToken cancellationToken)
    {
        var (tenant, subject, client) = (family.Grant.TenantId, family.Grant.Subject, family.Grant.ClientId);
        var kept = activeCap - 1;
        var victims = await context.Families()
            .Where(row => row.TenantId == tenant && row.Subject == subject && row.ClientId == client && row.LookupKey != added)
            .WhereActive(now.UtcTicks)
            .OrderByDescending(row => row.RotatedAt != 0 ? row.RotatedAt : row.CreatedAt)
            .ThenByDescending(row => row.FamilyId)
            .Skip(kept)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        victims.Reverse();
        return victims;
    }
}
