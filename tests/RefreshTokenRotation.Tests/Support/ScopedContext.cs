using System.Collections.Concurrent;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>What a <c>DbContext</c> is: one call at a time, and disposed with its scope.</summary>
internal sealed class ScopedContext : IAsyncDisposable
{
    private readonly ScopeLog _log;
    private int _users;

    public ScopedContext(ScopeLog log)
    {
        _log = log;
        Number = log.Made();
    }

    public int Number { get; }

    public async Task UseAsync()
    {
        if (Interlocked.Increment(ref _users) != 1)
        {
            _log.Overlap();
        }

        await Task.Yield();
        Interlocked.Decrement(ref _users);
    }

    public ValueTask DisposeAsync()
    {
        _log.Disposed();
        return default;
    }
}

/// <summary>Who used which scope, and how many live.</summary>
internal sealed class ScopeLog
{
    private int _made;
    private int _alive;
    private int _overlaps;

    public ConcurrentQueue<int> ByHook { get; } = [];

    public ConcurrentQueue<int> ByHandler { get; } = [];

    public int Counters { get; set; }

    public int ByCounter { get; set; }

    public int Alive => _alive;

    public int Overlaps => _overlaps;

    public int Made()
    {
        Interlocked.Increment(ref _alive);
        return Interlocked.Increment(ref _made);
    }

    public void Disposed() => Interlocked.Decrement(ref _alive);

    public void Overlap() => Interlocked.Increment(ref _overlaps);
}
