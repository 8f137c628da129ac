namespace RefreshTokenRotation.AspNetCore;

/// <summary>Remembers used keys in this process. Behind a load balancer a key can be used once on each node: give the nodes an
/// <see cref="IReplayStore"/> that they share.</summary>
/// <remarks>Its memory is bounded (about 250 bytes a key). When it is full of keys that have not expired, it throws: to forget one would let it
/// be used twice.</remarks>
/// <param name="time">Tells which keys have expired.</param>
/// <param name="capacity">How many keys at most.</param>
public sealed class InMemoryReplayStore(TimeProvider time, int capacity) : IReplayStore
{
    /// <summary>The capacity where none is named: 100,000 keys.</summary>
    public const int DefaultCapacity = 100_000;

    private readonly TimeProvider _time = time ?? throw new ArgumentNullException(nameof(time));
    private readonly int _capacity = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "At least one key.");
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, long> _byExpiry = new();

    /// <summary>Makes a store of <see cref="DefaultCapacity"/>.</summary>
    /// <param name="time">Tells which keys have expired.</param>
    public InMemoryReplayStore(TimeProvider time)
        : this(time, DefaultCapacity)
    {
    }

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _keys.Count;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RefreshTokenUnavailableException">The store is full.</exception>
    public ValueTask<bool> TryAddAsync(string key, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow().UtcTicks;
        lock (_lock)
        {
            while (_byExpiry.TryPeek(out var oldest, out var expiry) && expiry <= now)
            {
                _byExpiry.Dequeue();
                _keys.Remove(oldest);
            }

            if (_keys.Contains(key))
            {
                return ValueTask.FromResult(false);
            }

            if (_keys.Count >= _capacity)
            {
                throw new RefreshTokenUnavailableException("The replay store is full of keys that have not expired.");
            }

            _keys.Add(key);
            _byExpiry.Enqueue(key, expiresAt.UtcTicks);
            return ValueTask.FromResult(true);
        }
    }
}
