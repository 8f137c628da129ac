using System.Collections.Concurrent;

namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>Lists of slots by user, client or session. A list comes with its first slot and goes with its last.</summary>
internal sealed class SlotIndex(SlotListKind kind)
{
    private readonly ConcurrentDictionary<SlotKey, SlotList> _lists = new();

    public int Count => _lists.Count;

    /// <summary>The list of a key, with its lock entered. The caller leaves the lock through <see cref="Leave"/>.</summary>
    public SlotList Enter(SlotKey key)
    {
        while (true)
        {
            var list = _lists.GetOrAdd(key, static (_, kind) => new SlotList(kind), kind);
            list.Gate.Enter();
            if (!list.IsRetired)
            {
                return list;
            }

            list.Gate.Exit();
        }
    }

    public void Leave(SlotKey key, SlotList list)
    {
        if (list.TryRetire())
        {
            _lists.TryRemove(KeyValuePair.Create(key, list));
        }

        list.Gate.Exit();
    }

    public void Add(SlotKey key, FamilySlot slot)
    {
        var list = Enter(key);
        list.Add(slot);
        Leave(key, list);
    }

    public void Remove(SlotKey key, FamilySlot slot)
    {
        var list = Enter(key);
        list.Remove(slot);
        Leave(key, list);
    }

    public FamilySlot[] Snapshot(SlotKey key)
    {
        if (!_lists.TryGetValue(key, out var list))
        {
            return [];
        }

        lock (list.Gate)
        {
            return list.ToArray();
        }
    }

    public IEnumerable<FamilySlot> SnapshotTenant(string tenantId)
    {
        foreach (var (key, _) in _lists)
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
}
