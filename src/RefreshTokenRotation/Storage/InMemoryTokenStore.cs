using RefreshTokenRotation.Storage.InMemory;

namespace RefreshTokenRotation.Storage;

/// <summary>Keeps families in the memory of this process: for development, for tests, and for a single node that may forget.</summary>
/// <remarks>
/// Find and compare-and-swap take no lock. Adds of one user come one after the other. Cost: a find and a swap O(1); an add, and a list of a user's
/// active families, O(active families of that user); another list or a revocation by family, session or user O(families of that session or user); by
/// client or tenant O(families of it). A page of a list reads all candidates of its filter.
/// </remarks>
public sealed class InMemoryTokenStore : ITokenStore
{
    /// <summary>The order of lists, by log-in time and then by family id, backwards.</summary>
    private static readonly IComparer<TokenFamilyCursor> LastFirst =
        Comparer<TokenFamilyCursor>.Create(static (x, y) => (y.CreatedAt, y.FamilyId).CompareTo((x.CreatedAt, x.FamilyId)));

    private readonly FamilyTable _table = new();
    private readonly Lock _pruning = new();
    private IEnumerator<KeyValuePair<Opaque256, FamilySlot>>? _sweep;

    internal FamilyTable Table => _table;

    /// <inheritdoc/>
    public bool KeepsTrail => true;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        cancellationToken.ThrowIfCancellationRequested();

        lock (_table.GateOf(family.Grant))
        {
            if (_table.Find(family.Grant.LookupKey) is not null)
            {
                return ValueTask.FromResult<IReadOnlyList<TokenFamily>>([]);
            }

            var slot = new FamilySlot(family);
            _table.Claim(slot);
            var evicted = Evict(family.Grant, activeCap - 1, now);
            DeleteEnded(family.Grant);
            _table.Put(slot);
            return ValueTask.FromResult(evicted);
        }
    }

    /// <inheritdoc/>
    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_table.Find(lookupKey)?.Family);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        cancellationToken.ThrowIfCancellationRequested();

        var slot = _table.Find(family.Grant.LookupKey);
        if (slot?.Family is not { } read || read.Version != expectedVersion || !slot.TryReplace(read, family))
        {
            return ValueTask.FromResult(false);
        }

        if (slot.IsEnded)
        {
            _table.TakeBack(slot);
        }

        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();

        // The page is a heap with its last family on top, so that memory is bound by the page and not by the candidates.
        var page = new PriorityQueue<TokenFamily, TokenFamilyCursor>(LastFirst);
        foreach (var slot in _table.Candidates(query.Filter, query.Filter.State == FamilyState.Active ? query.Now : null))
        {
            if (slot.Family is not { } family || !query.Filter.Matches(family, query.Now))
            {
                continue;
            }

            var place = new TokenFamilyCursor(family.Grant.CreatedAt, family.Grant.FamilyId);
            if (query.After is { } after && LastFirst.Compare(place, after) >= 0)
            {
                continue;
            }

            if (page.Count < query.Limit)
            {
                page.Enqueue(family, place);
            }
            else
            {
                page.EnqueueDequeue(family, place);
            }
        }

        var families = new TokenFamily[page.Count];
        for (var i = families.Length - 1; i >= 0; i--)
        {
            families[i] = page.Dequeue();
        }

        return ValueTask.FromResult<IReadOnlyList<TokenFamily>>(families);
    }

    /// <inheritdoc/>
    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        cancellationToken.ThrowIfCancellationRequested();

        var count = 0L;
        foreach (var slot in _table.Candidates(filter))
        {
            // Each family is a step of its own, and a call that is cancelled stops at the next one.
            cancellationToken.ThrowIfCancellationRequested();

            // A row that changes under way is read again, so that an exchange cannot slip through.
            while (slot.Family is { } family
                && filter.Matches(family, revocation.Now)
                && (revocation.Delete || family.RevokedAt is null))
            {
                if (revocation.Delete
                    ? _table.TryDelete(slot, family)
                    : slot.TryReplace(family, family.Revoke(revocation.RevokedAt, revocation.Reason)))
                {
                    count++;
                    break;
                }
            }
        }

        return ValueTask.FromResult(count);
    }

    /// <inheritdoc/>
    /// <remarks>The store continues where the previous call stopped, so that a batch does not check the same active families again.</remarks>
    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();

        lock (_pruning)
        {
            var count = 0;
            var startedInside = _sweep is not null;
            _sweep ??= _table.Slots.GetEnumerator();
            while (count < limit)
            {
                if (_sweep.MoveNext())
                {
                    var slot = _sweep.Current.Value;
                    count += slot.Family is { } family && family.EndedBefore(endedBefore) && _table.TryDelete(slot, family) ? 1 : 0;
                }
                else if (startedInside)
                {
                    // The part before the place where this call started has not been seen by it.
                    startedInside = false;
                    _sweep.Dispose();
                    _sweep = _table.Slots.GetEnumerator();
                }
                else
                {
                    _sweep.Dispose();
                    _sweep = null;
                    break;
                }
            }

            return ValueTask.FromResult(count);
        }
    }

    /// <summary>Deletes the oldest active families of an owner until no more than <paramref name="keep"/> are left.</summary>
    private IReadOnlyList<TokenFamily> Evict(FamilyGrant owner, int keep, DateTimeOffset now)
    {
        var evicted = new List<TokenFamily>();
        while (true)
        {
            var active = _table.ActiveOf(owner, now);
            if (active.Count <= keep)
            {
                return evicted;
            }

            active.Sort(static (x, y) => ByAge(x.Family, y.Family));
            foreach (var (slot, family) in active.Take(active.Count - keep))
            {
                // A victim that an exchange or a revocation has just changed may no longer be the oldest: choose again.
                if (!slot.TryReplace(family, null))
                {
                    break;
                }

                _table.Take(slot);
                evicted.Add(family);
            }
        }
    }

    /// <summary>Where an owner has too many ended families, deletes the oldest, down to those that a store must keep: the next adds have none to look for.</summary>
    private void DeleteEnded(FamilyGrant owner)
    {
        // Rows that another call has just deleted, and that wait for this lock to leave the list, do not count.
        while (_table.EndedBeyond(ITokenStore.MaxEndedPerOwner, owner) is { Count: > ITokenStore.MaxEndedPerOwner } ended)
        {
            ended.Sort(static (x, y) => ByAge(x.Family, y.Family));
            foreach (var (slot, family) in ended.Take(ended.Count - ITokenStore.KeptEndedPerOwner))
            {
                // One that has just been written is looked at again.
                if (slot.TryReplace(family, null))
                {
                    _table.Take(slot);
                }
            }
        }
    }

    private static int ByAge(TokenFamily x, TokenFamily y) =>
        (x.CurrentTokenIssuedAt, x.Grant.FamilyId).CompareTo((y.CurrentTokenIssuedAt, y.Grant.FamilyId));
}
