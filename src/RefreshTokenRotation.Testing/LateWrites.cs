namespace RefreshTokenRotation.Testing;

/// <summary>Writes whose callers got a time-out, and which have not reached the store yet.</summary>
internal sealed class LateWrites
{
    private readonly Lock _lock = new();
    private readonly List<(int? DueAt, Func<Task> Write)> _pending = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Keeps a write until the call of a number begins; null for longer.</summary>
    public void Add(int? dueAt, Func<Task> write)
    {
        lock (_lock)
        {
            _pending.Add((dueAt, write));
        }
    }

    /// <summary>Performs what is due when a call begins, in the order of the calls.</summary>
    public Task LandDueAsync(int callNumber) => LandAsync(dueAt => dueAt <= callNumber);

    public Task LandAllAsync() => LandAsync(_ => true);

    private async Task LandAsync(Func<int?, bool> isDue)
    {
        List<Func<Task>> due;
        lock (_lock)
        {
            due = [.. _pending.Where(write => isDue(write.DueAt)).Select(write => write.Write)];
            _pending.RemoveAll(write => isDue(write.DueAt));
        }

        foreach (var write in due)
        {
            await write().ConfigureAwait(false);
        }
    }
}
