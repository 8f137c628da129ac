namespace AuthorizationServer.Lab;

/// <summary>What happened in a world, oldest first, and a pulse at each change.</summary>
internal sealed class LabTimeline
{
    private readonly List<LabEntry> _entries = [];
    private TaskCompletionSource _changed = NewPulse();

    public IReadOnlyList<LabEntry> Entries => _entries;

    /// <summary>Grows when the world starts over.</summary>
    public int Epoch { get; private set; }

    /// <summary>Counts the changes, so that a page knows when it sees what it asked for.</summary>
    public int Revision { get; private set; }

    /// <summary>Ends at the next change.</summary>
    public Task Changed => _changed.Task;

    public void Add(LabEntry entry, DateTimeOffset now) =>
        _entries.Add(entry with { Number = _entries.Count + 1, At = LabText.Instant(now) });

    public void Clear()
    {
        _entries.Clear();
        Epoch++;
    }

    public void Pulse()
    {
        Revision++;
        Interlocked.Exchange(ref _changed, NewPulse()).SetResult();
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
