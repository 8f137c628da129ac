namespace RefreshTokenRotation.Storage.InMemory;

/// <summary>The slots of one user, client or session, linked through the slots themselves. Every member needs the lock.</summary>
internal sealed class SlotList(SlotListKind kind)
{
    private FamilySlot? _head;
    private int _count;

    public Lock Gate { get; } = new();

    /// <summary>The list was empty and has left its index; a new one takes its place.</summary>
    public bool IsRetired { get; private set; }

    public void Add(FamilySlot slot)
    {
        slot.LinkOf(kind).Next = _head;
        if (_head is not null)
        {
            _head.LinkOf(kind).Previous = slot;
        }

        _head = slot;
        _count++;
    }

    public void Remove(FamilySlot slot)
    {
        ref var link = ref slot.LinkOf(kind);
        if (link.Previous is null)
        {
            _head = link.Next;
        }
        else
        {
            link.Previous.LinkOf(kind).Next = link.Next;
        }

        if (link.Next is not null)
        {
            link.Next.LinkOf(kind).Previous = link.Previous;
        }

        link = default;
        _count--;
    }

    public bool TryRetire() => IsRetired = _count == 0;

    public FamilySlot[] ToArray()
    {
        var slots = new FamilySlot[_count];
        var i = 0;
        for (var slot = _head; slot is not null; slot = slot.LinkOf(kind).Next)
        {
            slots[i++] = slot;
        }

        return slots;
    }
}
