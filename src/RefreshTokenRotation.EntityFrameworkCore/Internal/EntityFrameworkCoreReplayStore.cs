using System.Buffers.Text;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Used proofs and assertions in a relational database: whoever inserts the row has used the key.</summary>
internal sealed class EntityFrameworkCoreReplayStore(ContextSource contexts, EntityFrameworkCoreStoreOptions options, TimeProvider time) : IReplayStore
{
    /// <summary>How many adds of a node go by between two deletions of what has expired, and how many rows each deletes at most.</summary>
    private const int AddsBetweenDeletions = 50;
    private const int MaxDeleted = 500;

    /// <summary>An expired row stays for as long as clocks of nodes may differ: a node whose clock is behind still accepts what it names.</summary>
    private static readonly TimeSpan Drift = TimeSpan.FromMinutes(10);

    private readonly Calls _calls = new(contexts, time, options.CommandTimeout);
    private int _adds;

    public ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken) => _calls.RunAsync(
        static (known, context, token) => Row(context, known.Value).AnyAsync(row => row.ExpiresAt > known.Now, token),
        (Value: ValueOf(key), Now: time.GetUtcNow().UtcTicks),
        cancellationToken);

    public ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken) => _calls.RunAsync(
        static (add, context, token) => add.Store.AddAsync(context, add.Value, add.End, token),
        (Store: this, Value: ValueOf(key), End: expiresAt.UtcTicks),
        cancellationToken);

    private async Task<bool> AddAsync(DbContext context, byte[] value, long end, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcTicks;

        // Before the key is used up: a deletion that fails must not cost the caller the proof.
        if (Interlocked.Increment(ref _adds) % AddsBetweenDeletions == 0)
        {
            await DeleteExpiredAsync(context, now - Drift.Ticks, cancellationToken).ConfigureAwait(false);
        }

        context.Add(new ReplayRow { Key = value, ExpiresAt = end });
        try
        {
            await TransientRetry.RunAsync(token => context.SaveChangesAsync(token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException fault) when (!cancellationToken.IsCancellationRequested && !ReadOnlyServer.Refused(fault))
        {
            // The row is there already. If it has expired, one statement takes it over: of several in parallel the first one moves its end.
            var stored = Row(context, value);
            if (await TransientRetry.RunAsync(
                token => stored.Where(row => row.ExpiresAt <= now).ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, _ => end), token),
                cancellationToken).ConfigureAwait(false) == 1)
            {
                return true;
            }

            if (!await stored.AnyAsync(cancellationToken).ConfigureAwait(false))
            {
                throw; // another fault
            }

            return false;
        }
    }

    internal static async Task DeleteExpiredAsync(DbContext context, long latest, CancellationToken cancellationToken)
    {
        // Chosen first, as pruning does it, so that the deletion is bounded in every database.
        var rows = context.Set<ReplayRow>().IgnoreQueryFilters().AsNoTracking();
        var chosen = await rows.Where(row => row.ExpiresAt <= latest).OrderBy(row => row.ExpiresAt).Take(MaxDeleted)
            .Select(row => row.Key).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (chosen.Count > 0)
        {
            await TransientRetry.RunAsync(
                token => rows.Where(row => chosen.Contains(row.Key) && row.ExpiresAt <= latest).DeleteAsync(context, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private static byte[] ValueOf(ReplayKey key) => Base64Url.DecodeFromChars(key.Value);

    private static IQueryable<ReplayRow> Row(DbContext context, byte[] value) =>
        context.Set<ReplayRow>().IgnoreQueryFilters().AsNoTracking().Where(row => row.Key == value);
}
