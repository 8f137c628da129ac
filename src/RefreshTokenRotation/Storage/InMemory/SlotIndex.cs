using System.Collections.Concurrent;

namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>Finds the slots of a user, client or session: the first by its key, the others through the links in the slots.</summary>
/// <remarks>Locks are striped over the keys, so that a key that comes and goes needs no lock of its own.</remarks>
internal sealed class SlotIndex(SlotListKind kind)
{
    private const int Stripes = 1024;

    private readonly ConcurrentDictionary<SlotKey, FamilySlot> _first = new();
    private readonly Lock[] _gates = CreateGates();

    /// <summary>How many keys have a slot.</summary>
    public int Count => _first.Count;

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

    public IEnumerable<FamilySlot> SnapshotTenant(string tenantId)
    {
        foreach (var (key, _) in _first)
        {
            if (!string.Equals(key.TenantId, tenantId, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var slot in Snapshot(key))
            {
                yield return slot;
            }
        }
    }

    private static Lock[] CreateGates()
    {
        var gates = new Lock[Stripes];
        for (var i = 0; i < gates.Length; i++)
        {
            gates[i] = new Lock();
        }

        return gates;
    }
}
