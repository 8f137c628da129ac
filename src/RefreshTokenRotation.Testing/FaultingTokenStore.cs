using System.Collections.Concurrent;

namespace RefreshTokenRotation.Testing;

/// <summary>A token store that fails when a test says so: a decorator around any other.</summary>
/// <remarks>
/// <para>Faults are scripted (<see cref="OnNext"/>, <see cref="OnCall"/>) or planned (<see cref="Plan"/>, <see cref="RandomFaults"/>); the
/// script goes first. What is neither scripted nor planned goes through. Thread-safe.</para>
/// <para>Stale reads know only of writes that came through this decorator.</para>
/// </remarks>
/// <param name="inner">The store that does the work.</param>
public sealed class FaultingTokenStore(ITokenStore inner) : ITokenStore
{
    private readonly ITokenStore _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly ConcurrentQueue<StoreCallRecord> _history = new();
    private readonly FaultScript _script = new();
    private readonly LateWrites _late = new();
    private readonly RowHistory _rows = new();

    /// <inheritdoc/>
    public bool KeepsTrail => _inner.KeepsTrail;

    /// <summary>Chooses the fault of every call that the script does not name. Default: null, none fails.</summary>
    public Func<StoreCallContext, StoreFault>? Plan { get; set; }

    /// <summary>Every call that has ended, in the order of their ends.</summary>
    public IReadOnlyCollection<StoreCallRecord> History => _history;

    /// <summary>How many writes wait to land (<see cref="StoreFault.LandLate"/>).</summary>
    public int LateWriteCount => _late.Count;

    /// <summary>Makes the next call of a method fail; again, the one after it.</summary>
    /// <param name="call">The method.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <returns>This store, for the next line of a script.</returns>
    /// <exception cref="ArgumentException">The fault can't happen to this method.</exception>
    public FaultingTokenStore OnNext(StoreCall call, StoreFault fault)
    {
        _script.AddNext(call, fault);
        return this;
    }

    /// <summary>Makes a certain call of a method fail.</summary>
    /// <param name="call">The method.</param>
    /// <param name="number">Which of its calls: 1 for the next one, counted from now.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <returns>This store, for the next line of a script.</returns>
    /// <exception cref="ArgumentException">The fault can't happen to this method, or the number is below 1.</exception>
    public FaultingTokenStore OnCall(StoreCall call, int number, StoreFault fault)
    {
        _script.AddAt(call, number, fault);
        return this;
    }

    /// <summary>Ends all faults: the script is emptied and the plan removed. Late writes stay late.</summary>
    public void Heal()
    {
        _script.Clear();
        Plan = null;
    }

    /// <summary>Performs every write that was to land late.</summary>
    /// <param name="cancellationToken">Ends the waiting; the writes go on.</param>
    /// <returns>A task that ends with the last write.</returns>
    public Task LandLateWritesAsync(CancellationToken cancellationToken = default) => _late.LandAllAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        return RunAsync(StoreCall.Add, family, default, AddAndRememberAsync, cancellationToken);

        async ValueTask<IReadOnlyList<TokenFamily>> AddAndRememberAsync(CancellationToken token)
        {
            var isRepeat = await _inner.FindAsync(family.Grant.LookupKey, token).ConfigureAwait(false) is not null;
            var evicted = await _inner.AddAsync(family, activeCap, now, token).ConfigureAwait(false);
            if (!isRepeat)
            {
                _rows.Append(family.Grant.LookupKey, family);
            }

            foreach (var victim in evicted)
            {
                _rows.Append(victim.Grant.LookupKey, null);
            }

            return evicted;
        }
    }

    /// <inheritdoc/>
    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        RunAsync(StoreCall.Find, null, lookupKey, token => _inner.FindAsync(lookupKey, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        return RunAsync(StoreCall.CompareAndSwap, family, default, SwapAndRememberAsync, cancellationToken);

        async ValueTask<bool> SwapAndRememberAsync(CancellationToken token)
        {
            var swapped = await _inner.CompareAndSwapAsync(family, expectedVersion, token).ConfigureAwait(false);
            if (swapped)
            {
                _rows.Append(family.Grant.LookupKey, family);
            }

            return swapped;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        RunAsync(StoreCall.List, null, default, token => _inner.ListAsync(query, token), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        return RunAsync(StoreCall.Revoke, null, default, RevokeAndRememberAsync, cancellationToken);

        async ValueTask<long> RevokeAndRememberAsync(CancellationToken token)
        {
            var matching = await ReadAllAsync(filter, revocation.Now, token).ConfigureAwait(false);
            var count = await _inner.RevokeAsync(filter, revocation, token).ConfigureAwait(false);
            foreach (var row in matching.Where(row => revocation.Delete || row.RevokedAt is null))
            {
                _rows.Append(row.Grant.LookupKey, revocation.Delete ? null : row.Revoke(revocation.RevokedAt, revocation.Reason));
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        RunAsync(StoreCall.Prune, null, default, token => _inner.PruneAsync(endedBefore, limit, token), cancellationToken);

    /// <summary>How many calls there were, how many writes are late, and what <see cref="Plan"/> says about itself, such as its seed.</summary>
    /// <returns>A text without any secret.</returns>
    public override string ToString() => $"{_history.Count} store calls, {_late.Count} late writes, {Plan?.Target ?? "no plan"}";

    private async Task<List<TokenFamily>> ReadAllAsync(TokenFamilyFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const int PageSize = RequestLimits.PageSize;
        var rows = new List<TokenFamily>();
        TokenFamilyCursor? after = null;
        while (true)
        {
            var page = await _inner.ListAsync(new TokenFamilyQuery(filter, after, PageSize, now), cancellationToken).ConfigureAwait(false);
            rows.AddRange(page);
            if (page.Count < PageSize)
            {
                return rows;
            }

            after = new TokenFamilyCursor(page[^1].Grant.CreatedAt, page[^1].Grant.FamilyId);
        }
    }

    private async ValueTask<T> RunAsync<T>(
        StoreCall call, TokenFamily? family, Opaque256 lookupKey, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var context = _script.Begin(call, family);
        await _late.LandDueAsync(context.Number).ConfigureAwait(false);
        var fault = _script.Take(context) ?? Plan?.Invoke(context) ?? StoreFault.None;
        FaultScript.Check(call, fault);
        object? answer = null;
        try
        {
            var value = await FailAsync(context, fault, lookupKey, work, cancellationToken).ConfigureAwait(false);
            answer = value;
            return value;
        }
        catch (Exception exception)
        {
            answer = exception;
            throw;
        }
        finally
        {
            _history.Enqueue(new StoreCallRecord(context, fault, StoreCallRecord.Describe(answer)));
        }
    }

    private async ValueTask<T> FailAsync<T>(
        StoreCallContext context, StoreFault fault, Opaque256 lookupKey, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        if (fault.Kind is StoreFaultKind.ConflictAfterWrite or StoreFaultKind.ThrowAfter or StoreFaultKind.CancelAfter)
        {
            await work(cancellationToken).ConfigureAwait(false);
        }

        switch (fault.Kind)
        {
            case StoreFaultKind.Conflict or StoreFaultKind.ConflictAfterWrite:
                return (T)(object)false;
            case StoreFaultKind.ThrowBefore or StoreFaultKind.ThrowAfter:
                throw new InjectedFaultException($"{context}: {fault}");
            case StoreFaultKind.CancelBefore or StoreFaultKind.CancelAfter:
                throw new OperationCanceledException($"{context}: {fault}");
            case StoreFaultKind.LandLate:
                // By then the caller has gone, and its cancellation with it.
                _late.Add(context.Number + fault.Count, () => work(CancellationToken.None).AsTask());
                throw new TimeoutException($"{context}: {fault}");
            case StoreFaultKind.StaleRead:
                return (T)(object?)_rows.Before(lookupKey, fault.Count ?? 1)!;
            case StoreFaultKind.DelayBefore:
                await fault.Gate!.PassAsync(cancellationToken).ConfigureAwait(false);
                return await work(cancellationToken).ConfigureAwait(false);
            case StoreFaultKind.DelayAfter:
                var answer = await work(cancellationToken).ConfigureAwait(false);
                await fault.Gate!.PassAsync(cancellationToken).ConfigureAwait(false);
                return answer;
            default:
                return await work(cancellationToken).ConfigureAwait(false);
        }
    }
}
