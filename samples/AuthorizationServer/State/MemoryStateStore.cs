namespace AuthorizationServer.State;

/// <summary>State that ends with the process.</summary>
internal sealed class MemoryStateStore(TimeProvider time) : IStateStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Value, DateTimeOffset EndsAt)> _entries = new(StringComparer.Ordinal);
    private DateTimeOffset _sweepAt;

    public ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(Living(key));
        }
    }

    public ValueTask<bool> AddAsync(string key, string value, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Sweep();
            if (Living(key) is not null)
            {
                return ValueTask.FromResult(false);
            }

            _entries[key] = (value, endsAt);
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<bool> SwapAsync(string key, string expected, string value, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Living(key) != expected)
            {
                return ValueTask.FromResult(false);
            }

            _entries[key] = (value, endsAt);
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(Living(key) is not null && _entries.Remove(key));
        }
    }

    private string? Living(string key) => _entries.TryGetValue(key, out var entry) && entry.EndsAt > time.GetUtcNow() ? entry.Value : null;

    private void Sweep()
    {
        var now = time.GetUtcNow();
        if (now < _sweepAt)
        {
            return;
        }

        _sweepAt = now + TimeSpan.FromMinutes(1);
        foreach (var (key, entry) in _entries)
        {
            if (entry.EndsAt <= now)
            {
                _entries.Remove(key);
            }
        }
    }
}
