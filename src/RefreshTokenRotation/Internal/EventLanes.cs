namespace RefreshTokenRotation.Internal;

/// <summary>What waits for one handler, in two lanes of the same capacity: events that report a change, in order, and events that anyone who presents
/// a token can repeat. Repeats that are alike wait as one, so a flood of them takes little room and never displaces a change.</summary>
/// <remarks>Everything comes in the order of arrival until half of a lane's capacity waits; from then on changes go first.</remarks>
internal sealed class EventLanes(int capacity)
{
    /// <summary>Where changes go first, a repeat still comes after these.</summary>
    private const int MaxChangesInARow = 16;

    private readonly Lock _lock = new();
    private readonly Queue<(long Arrival, RefreshTokenEvent Told)> _changes = new();
    private readonly Queue<Repeat> _repeats = new();
    private readonly Dictionary<Kind, Repeat> _byKind = [];
    private long _arrivals;
    private int _changesInARow;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _changes.Count + _repeats.Count;
            }
        }
    }

    /// <summary>Whether an event changes nothing, so that it can be repeated: a refusal, or a reuse in shadow mode.</summary>
    public static bool IsRepeatable(RefreshTokenEvent told) => told is RefreshTokenEvent.Rejected or RefreshTokenEvent.ReuseDetected { FamilyRevoked: false };

    /// <summary>Takes an event; false if its lane is full, or after the end.</summary>
    public bool TryAdd(RefreshTokenEvent told)
    {
        var repeatable = IsRepeatable(told);
        lock (_lock)
        {
            if (_closed || (!repeatable && _changes.Count >= capacity))
            {
                return false;
            }

            if (repeatable)
            {
                return TryRepeat(told);
            }

            _changes.Enqueue((_arrivals++, told));
            return true;
        }
    }

    /// <summary>Gives out the next event; null if none waits.</summary>
    public RefreshTokenEvent? Take()
    {
        lock (_lock)
        {
            if (_changes.Count > 0 && (_repeats.Count == 0 || IsChangeNext()))
            {
                _changesInARow++;
                return _changes.Dequeue().Told;
            }

            if (!_repeats.TryDequeue(out var repeat))
            {
                return null;
            }

            _changesInARow = 0;
            _byKind.Remove(repeat.Kind);
            return repeat.Occurrences == 1 ? repeat.First : repeat.First with { Occurrences = repeat.Occurrences };
        }
    }

    /// <summary>Takes no more events.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    private bool IsChangeNext() => _changes.Count + _repeats.Count <= capacity / 2
        ? _changes.Peek().Arrival < _repeats.Peek().Arrival
        : _changesInARow < MaxChangesInARow;

    private bool TryRepeat(RefreshTokenEvent told)
    {
        var kind = KindOf(told);
        if (_byKind.TryGetValue(kind, out var waiting))
        {
            waiting.Occurrences++;
            return true;
        }

        // Guessed and dead tokens may not crowd out tokens in the wrong hands.
        if (_repeats.Count >= (told.IsSecurityEvent ? capacity : (capacity / 2) + 1))
        {
            return false;
        }

        var repeat = new Repeat(_arrivals++, kind, told);
        _repeats.Enqueue(repeat);
        _byKind.Add(kind, repeat);
        return true;
    }

    private static Kind KindOf(RefreshTokenEvent told) => told switch
    {
        RefreshTokenEvent.Rejected rejected => new(
            rejected.ClientId, rejected.TenantId, rejected.Family?.FamilyId, rejected.Reason, rejected.WasCurrent, rejected.Description),
        RefreshTokenEvent.ReuseDetected reuse => new(
            string.Empty, reuse.TenantId, reuse.Family?.FamilyId, RejectionReason.ReuseDetected, reuse.WouldRecover, Description: null),
        _ => throw new InvalidOperationException("Only events that change nothing can be merged."),
    };

    /// <summary>What makes two events alike.</summary>
    private readonly record struct Kind(string ClientId, string TenantId, Guid? FamilyId, RejectionReason Reason, bool Flag, string? Description);

    private sealed class Repeat(long arrival, Kind kind, RefreshTokenEvent first)
    {
        public long Arrival { get; } = arrival;

        public Kind Kind { get; } = kind;

        public RefreshTokenEvent First { get; } = first;

        public long Occurrences { get; set; } = 1;
    }
}
