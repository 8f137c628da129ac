using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>The keys as they are now. To read them costs a look at the clock; the first caller after an interval loads them again.</summary>
internal sealed class KeyRing(KeyLoader loader, TimeSpan interval, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Snapshot? _snapshot;

    public ValueTask<KeySet> GetAsync(CancellationToken cancellationToken) =>
        _snapshot is { } snapshot && !IsDue(snapshot) ? new(Current(snapshot)) : LoadAsync(cancellationToken);

    public void Dispose() => _loading.Dispose();

    /// <summary>By the clock that no correction moves.</summary>
    private bool IsDue(Snapshot snapshot) => time.GetElapsedTime(snapshot.LoadedAt) >= interval;

    /// <summary>The set of this instant. A set that was made twice by two callers is the same.</summary>
    private KeySet Current(Snapshot snapshot)
    {
        var now = time.GetUtcNow();
        if (snapshot.Set.HoldsAt(now))
        {
            return snapshot.Set;
        }

        var next = snapshot with { Set = new KeySet(snapshot.Keys, now) };
        if (ReferenceEquals(Interlocked.CompareExchange(ref _snapshot, next, snapshot), snapshot))
        {
            Tell(snapshot.Set, next.Set);
        }

        return next.Set;
    }

    private async ValueTask<KeySet> LoadAsync(CancellationToken cancellationToken)
    {
        // While another caller loads, use the keys that are there; wait only if there are none.
        if (!await _loading.WaitAsync(_snapshot is null ? Timeout.Infinite : 0, cancellationToken).ConfigureAwait(false))
        {
            return Current(_snapshot!);
        }

        try
        {
            var former = _snapshot;
            return former is not null && !IsDue(former) ? Current(former) : await LoadAloneAsync(former, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async ValueTask<KeySet> LoadAloneAsync(Snapshot? former, CancellationToken cancellationToken)
    {
        IReadOnlyList<SigningKey> keys;
        using var timeout = new CancellationTokenSource(LoadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            keys = await loader.LoadAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (former is not null && !cancellationToken.IsCancellationRequested)
        {
            logger.KeysNotReloaded(fault);
            keys = former.Keys;
        }

        var set = new KeySet(keys, time.GetUtcNow());
        _snapshot = new Snapshot(keys, time.GetTimestamp(), set);
        Tell(former?.Set, set);
        return set;
    }

    private void Tell(KeySet? former, KeySet next)
    {
        if (next.Count > 0 && (former is null || former.Json != next.Json || former.Active?.KeyId != next.Active?.KeyId))
        {
            logger.KeysChanged(next.Count, next.Active?.KeyId, next.Active?.Algorithm);
        }
    }

    private sealed record Snapshot(IReadOnlyList<SigningKey> Keys, long LoadedAt, KeySet Set);
}
