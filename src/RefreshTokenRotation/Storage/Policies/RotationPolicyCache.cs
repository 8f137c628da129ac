using System.Collections.Concurrent;
using System.Transactions;

namespace RefreshTokenRotation.Storage;

/// <summary>Caches what another policy store returned, a missing policy too, so that an exchange seldom reads a database.</summary>
/// <remarks>
/// <para>Changes of other nodes hold after the cache time at the latest; those through this instance at once. Reads for a change go to the inner store.</para>
/// <para>Parallel finds of one client make one read. It goes on when a caller has gone: the inner store bounds the time it takes. A read that
/// fails fails its callers, and the next find reads again.</para>
/// <para>The inner store is not disposed.</para>
/// </remarks>
public sealed class RotationPolicyCache : IRotationPolicyStore
{
    /// <summary>Far above the number of a host's clients; whoever makes up client ids fills the memory no further.</summary>
    private const int MaxKept = 100_000;

    private readonly IRotationPolicyStore _inner;
    private readonly TimeSpan _cacheTime;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(string TenantId, string ClientId), Reading> _kept = new();
    private long _writes;

    /// <summary>Puts a cache before a policy store.</summary>
    /// <param name="inner">The store.</param>
    /// <param name="cacheTime">How long a cached policy may be out of date. Zero: nothing is cached, and each find reads the store.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentNullException"><paramref name="inner"/> or <paramref name="time"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cacheTime"/> is below zero.</exception>
    public RotationPolicyCache(IRotationPolicyStore inner, TimeSpan cacheTime, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(cacheTime, TimeSpan.Zero);
        _inner = inner;
        _cacheTime = cacheTime;
        _time = time;
    }

    /// <inheritdoc/>
    public ValueTask<RotationPolicy?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken)
    {
        if (_cacheTime == TimeSpan.Zero)
        {
            return _inner.FindAsync(clientId, tenantId, cancellationToken);
        }

        var key = (tenantId, clientId);
        var reading = _kept.TryGetValue(key, out var kept) && Holds(kept) ? kept : Begin(key, cancellationToken);
        return new(reading.Answer.Task.WaitAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<VersionedRotationPolicy?> ReadAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        _inner.ReadAsync(clientId, tenantId, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> TrySetAsync(
        string clientId, string tenantId, RotationPolicy? policy, string? version, CancellationToken cancellationToken)
    {
        try
        {
            return await _inner.TrySetAsync(clientId, tenantId, policy, version, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also after a conflict, which says that what is kept is old, and after a fault, whose outcome is not known. What was read before
            // counts no more, nor what a read under way will find.
            Interlocked.Increment(ref _writes);
        }
    }

    private bool Holds(Reading reading) =>
        reading.Writes == Interlocked.Read(ref _writes) && _time.GetElapsedTime(reading.BeganAt) < _cacheTime;

    /// <summary>Begins a read, or joins one that another caller has just begun.</summary>
    private Reading Begin((string TenantId, string ClientId) key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reading reading;
        lock (_lock)
        {
            if (_kept.TryGetValue(key, out var kept) && Holds(kept))
            {
                return kept;
            }

            if (_kept.Count >= MaxKept)
            {
                _kept.Clear();
            }

            _kept[key] = reading = new Reading(Interlocked.Read(ref _writes), _time.GetTimestamp());
        }

        // Outside of the lock: the store may do much before its first await.
        _ = ReadAsync(key, reading);
        return reading;
    }

    private async Task ReadAsync((string TenantId, string ClientId) key, Reading reading)
    {
        try
        {
            // The read is every caller's: it does not belong to the transaction of the caller that happened to begin it.
            using var outside = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
            reading.Answer.SetResult(await _inner.FindAsync(key.ClientId, key.TenantId, CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            _kept.TryRemove(new(key, reading));
            reading.Answer.SetException(exception);

            // Looked at here, because every caller may have gone.
            _ = reading.Answer.Task.Exception;
        }
    }

    /// <summary>A read of the inner store, under way or done.</summary>
    /// <param name="writes">How many writes this instance had made when it began.</param>
    /// <param name="beganAt">When it began.</param>
    private sealed class Reading(long writes, long beganAt)
    {
        public long Writes { get; } = writes;

        public long BeganAt { get; } = beganAt;

        public TaskCompletionSource<RotationPolicy?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
