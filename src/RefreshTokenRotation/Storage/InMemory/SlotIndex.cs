using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>Finds the slots of a user, client or session: the first by its key, the others through the links in the slots.</summary>
/// <remarks>Locks are striped over the keys, so that a key that comes and goes needs no lock of its own.</remarks>
internal sealed class SlotIndex(SlotListKind kind)
{
    private const int Stripes = 1024;

    private readonly ConcurrentDictionary<SlotKey, FamilySlot> _first = new();
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Stripes).Select(static _ => new Lock())];

    /// <summary>How many keys have a slot.</summary>
    public int Count => _first.Count;

    public IEnumerable<SlotKey> Keys => _first.Keys;

    /// <summary>The lock of a key, shared with a few other keys.</summary>
    public Lock GateOf(SlotKey key) => _gates[(uint)key.GetHashCode() % Stripes];

    public void Add(SlotKey key, FamilySlot slot)
    {
        lock (GateOf(key))
        {
            if (_first.TryGetValue(key, out var next))
            {
                slot.LinkOf(kind).Next = next;
                next.LinkOf(kind).Previous = slot;
            }

            _first[key] = slot;
        }
    }

    public void Remove(SlotKey key, FamilySlot slot)
    {
        lock (GateOf(key))
        {
            ref var link = ref slot.LinkOf(kind);
            if (link.Next is { } next)
            {
                next.LinkOf(kind).Previous = link.Previous;
            }

            if (link.Previous is { } previous)
            {
                previous.LinkOf(kind).Next = link.Next;
            }
            else if (link.Next is not null)
            {
                _first[key] = link.Next;
            }
            else
            {
                _first.TryRemove(key, out _);
            }

            link = default;
        }
    }

    /// <summary>The slots of a key at one moment.</summary>
    public IReadOnlyList<FamilySlot> Snapshot(SlotKey key)
    {
        if (!_first.ContainsKey(key))
        {
            return [];
        }

        lock (GateOf(key))
        {
            var slots = new List<FamilySlot>();
            for (var slot = _first.GetValueOrDefault(key); slot is not null; slot = slot.LinkOf(kind).Next)
            {
                slots.Add(slot);
            }

            return slots;
        }
    }

    public IEnumerable<FamilySlot> SnapshotTenant(string tenantId) =>
        _first.Where(entry => string.Equals(entry.Key.TenantId, tenantId, StringComparison.Ordinal)).SelectMany(entry => Snapshot(entry.Key));
}

/// <summary>The key of a list: a tenant, and the subject, client or session.</summary>
internal readonly record struct SlotKey(string TenantId, string Value);

/// <summary>What a list of slots has in common.</summary>
internal enum SlotListKind
{
    /// <summary>Tenant and subject.</summary>
    User = 0,

    /// <summary>Tenant and client.</summary>
    Client = 1,

    /// <summary>Tenant and session.</summary>
    Session = 2,
}

/// <summary>The place of one family in memory: its current row, and its links in three lists.</summary>
/// <remarks>Replacing the row takes no lock. A slot without a row is deleted, and stays so.</remarks>
internal sealed class FamilySlot(TokenFamily family)
{
    private TokenFamily? _family = family;
    private LinkSet _links;
    private int _isEnded;

    /// <summary>The row; null once it was deleted.</summary>
    public TokenFamily? Family => Volatile.Read(ref _family);

    /// <summary>What the slot is indexed by. It outlives the row.</summary>
    public FamilyGrant Grant { get; } = family.Grant;

    /// <summary>Replaces the row that was read before; false if another write came first.</summary>
    public bool TryReplace(TokenFamily read, TokenFamily? next) =>
        ReferenceEquals(Interlocked.CompareExchange(ref _family, next, read), read);

    /// <summary>Whether an add found the family ended, and the slot is in its user's list of ended ones. Written under the user's lock.</summary>
    public bool IsEnded
    {
        get => Volatile.Read(ref _isEnded) != 0;
        set => Interlocked.Exchange(ref _isEnded, value ? 1 : 0);
    }

    /// <summary>The slot's neighbours in one list; only under the lock of that list.</summary>
    public ref Link LinkOf(SlotListKind kind) => ref _links[(int)kind];

    internal struct Link
    {
        public FamilySlot? Previous;
        public FamilySlot? Next;
    }

    [InlineArray(3)]
    private struct LinkSet
    {
        private Link _first;
    }
}
