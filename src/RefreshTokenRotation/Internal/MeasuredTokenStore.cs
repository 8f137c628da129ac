using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Internal;

/// <summary>The host's store as the engine calls it: measured if somebody listens, passed through if not.</summary>
internal sealed class MeasuredTokenStore(ITokenStore store, RotationMetrics metrics, TimeProvider time) : ITokenStore
{
    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var start = Start();
        return Measure(store.AddAsync(family, activeCap, now, cancellationToken), "add", start);
    }

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        var start = Start();
        return Measure(store.FindAsync(lookupKey, cancellationToken), "find", start);
    }

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        var start = Start();
        return Measure(store.CompareAndSwapAsync(family, expectedVersion, cancellationToken), "compare_and_swap", start);
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        var start = Start();
        return Measure(store.ListAsync(query, cancellationToken), "list", start);
    }

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        var start = Start();
        return Measure(store.RevokeAsync(filter, revocation, cancellationToken), "revoke", start);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        var start = Start();
        return Measure(store.PruneAsync(endedBefore, limit, cancellationToken), "prune", start);
    }

    /// <summary>The time before a call; null if nobody listens.</summary>
    private long? Start() => metrics.MeasuresStore ? time.GetTimestamp() : null;

    private ValueTask<T> Measure<T>(ValueTask<T> call, string operation, long? start) =>
        start is { } started ? MeasureAsync(call, operation, started) : call;

    private async ValueTask<T> MeasureAsync<T>(ValueTask<T> call, string operation, long start)
    {
        var failed = true;
        try
        {
            var result = await call.ConfigureAwait(false);
            failed = false;
            return result;
        }
        finally
        {
            metrics.StoreCallTook(time.GetElapsedTime(start), operation, failed);
        }
    }
}
