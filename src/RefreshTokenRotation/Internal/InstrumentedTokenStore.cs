namespace RefreshTokenRotation.Internal;

/// <summary>
/// The host's store as the engine calls it: whatever it throws is one kind of outage, or the caller's own cancellation, and calls are measured if
/// somebody listens. A call that completes at once costs nothing more.
/// </summary>
internal sealed class InstrumentedTokenStore(ITokenStore store, RotationMetrics metrics, TimeProvider time) : ITokenStore
{
    public bool KeepsTrail => store.KeepsTrail;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        CallAsync("add", static (store, x, token) => store.AddAsync(x.family, x.activeCap, x.now, token), (family, activeCap, now), cancellationToken);

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        CallAsync("find", static (store, x, token) => store.FindAsync(x, token), lookupKey, cancellationToken);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        CallAsync(
            "compare_and_swap",
            static (store, x, token) => store.CompareAndSwapAsync(x.family, x.expectedVersion, token),
            (family, expectedVersion),
            cancellationToken);

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        CallAsync("list", static (store, x, token) => store.ListAsync(x, token), query, cancellationToken);

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        CallAsync("revoke", static (store, x, token) => store.RevokeAsync(x.filter, x.revocation, token), (filter, revocation), cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        CallAsync("prune", static (store, x, token) => store.PruneAsync(x.endedBefore, x.limit, token), (endedBefore, limit), cancellationToken);

    private ValueTask<TResult> CallAsync<TState, TResult>(
        string operation,
        Func<ITokenStore, TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CancellationToken cancellationToken)
    {
        if (metrics.MeasuresStore)
        {
            return MeasureAsync(operation, call, state, cancellationToken);
        }

        ValueTask<TResult> pending;
        try
        {
            pending = call(store, state, cancellationToken);
        }
        catch (Exception fault)
        {
            pending = ValueTask.FromException<TResult>(fault);
        }

        return pending.IsCompletedSuccessfully ? pending : GuardAsync(pending, cancellationToken);
    }

    private async ValueTask<TResult> MeasureAsync<TState, TResult>(
        string operation,
        Func<ITokenStore, TState, CancellationToken, ValueTask<TResult>> call,
        TState state,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var failed = false;
        try
        {
            return await call(store, state, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            failed = !cancellationToken.IsCancellationRequested;
            throw Unavailable.StoreOrCancelled(fault, cancellationToken);
        }
        finally
        {
            metrics.StoreCallTook(time.GetElapsedTime(start), operation, failed);
        }
    }

    private static async ValueTask<TResult> GuardAsync<TResult>(ValueTask<TResult> pending, CancellationToken cancellationToken)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            throw Unavailable.StoreOrCancelled(fault, cancellationToken);
        }
    }
}
