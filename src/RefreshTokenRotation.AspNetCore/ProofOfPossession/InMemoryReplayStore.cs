using System.Runtime.InteropServices;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Remembers used keys in this process, unless the host chooses another store. Behind a load balancer a key can be used once on each node: give the nodes an
/// <see cref="IReplayStore"/> that they share.</summary>
/// <remarks>Its memory is bounded (about 250 bytes per key), separately for proofs, assertions and security events. If the space of a purpose, or the share of
/// one client or key, is full of keys that have not expired, it throws: a forgotten key could be used twice.</remarks>
public sealed class InMemoryReplayStore : IReplayStore
{
    /// <summary>The capacity if none is given: 100,000 keys for each purpose.</summary>
    public const int DefaultCapacity = 100_000;

    private const int SharesOfCapacity = 5;

    private readonly TimeProvider _time;
    private readonly Room _assertions;
    private readonly Room _events;
    private readonly Room _proofs;

    /// <summary>Makes a store of <see cref="DefaultCapacity"/>.</summary>
    /// <param name="time">The clock by which keys expire.</param>
    public InMemoryReplayStore(TimeProvider time)
        : this(time, DefaultCapacity)
    {
    }

    /// <summary>Makes a store whose clients and keys may each use a fifth of the capacity.</summary>
    /// <param name="time">The clock by which keys expire.</param>
    /// <param name="capacity">How many keys at most, for each purpose.</param>
    public InMemoryReplayStore(TimeProvider time, int capacity)
        : this(time, capacity, Math.Max(1, capacity / SharesOfCapacity))
    {
    }

    /// <summary>Makes a store.</summary>
    /// <param name="time">The clock by which keys expire.</param>
    /// <param name="capacity">How many keys at most, for each purpose.</param>
    /// <param name="share">How many of them one client or key may have.</param>
    public InMemoryReplayStore(TimeProvider time, int capacity, int share)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        _time = time;
        (_assertions, _proofs, _events) = (new Room(capacity, share), new Room(capacity, share), new Room(capacity, share));
    }

    /// <summary>Whether nobody has chosen it.</summary>
    internal bool IsDefault { get; init; }

    internal int Count => _assertions.Count + _proofs.Count + _events.Count;

    /// <inheritdoc/>
    public ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(RoomOf(key).Contains(key, _time.GetUtcNow().UtcTicks));
    }

    /// <inheritdoc/>
    /// <exception cref="RefreshTokenUnavailableException">The store, or the owner's share of it, is full.</exception>
    public ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key.Value, nameof(key));
        ArgumentNullException.ThrowIfNull(key.Owner, nameof(key));
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(RoomOf(key).TryAdd(key, expiresAt.UtcTicks, _time.GetUtcNow().UtcTicks));
    }

    private Room RoomOf(ReplayKey key) => key.Purpose switch
    {
        ReplayPurpose.ClientAssertion => _assertions,
        ReplayPurpose.SecurityEvent => _events,
        _ => _proofs,
    };

    /// <summary>The keys of one purpose.</summary>
    private sealed class Room(int capacity, int share)
    {
        private readonly Lock _lock = new();
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _shares = new(StringComparer.Ordinal);
        private readonly PriorityQueue<ReplayKey, long> _byExpiry = new();

        public int Count
        {
            get
            {
                lock (_lock)
                {
                    return _keys.Count;
                }
            }
        }

        public bool Contains(ReplayKey key, long now)
        {
            lock (_lock)
            {
                Forget(now);
                return _keys.Contains(key.Value);
            }
        }

        public bool TryAdd(ReplayKey key, long expiry, long now)
        {
            lock (_lock)
            {
                Forget(now);
                if (_keys.Contains(key.Value))
                {
                    return false;
                }

                if (_keys.Count >= capacity)
                {
                    throw new RefreshTokenUnavailableException("The replay store is full, and none of its keys has expired.");
                }

                ref var used = ref CollectionsMarshal.GetValueRefOrAddDefault(_shares, key.Owner, out _);
                if (used >= share)
                {
                    throw new RefreshTokenUnavailableException("One client or key has filled its share of the replay store, and none of its entries has expired.");
                }

                used++;
                _keys.Add(key.Value);
                _byExpiry.Enqueue(key, expiry);
                return true;
            }
        }

        private void Forget(long now)
        {
            while (_byExpiry.TryPeek(out var oldest, out var expiry) && expiry <= now)
            {
                _byExpiry.Dequeue();
                _keys.Remove(oldest.Value);
                if (--CollectionsMarshal.GetValueRefOrNullRef(_shares, oldest.Owner) == 0)
                {
                    _shares.Remove(oldest.Owner);
                }
            }
        }
    }
}
