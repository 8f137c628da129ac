namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>What happens next, on the one clock of the world. Everything runs on the thread of the world: a step that would run elsewhere fails at once.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;
    private Exception? _fault;

    public TimeSpan Now { get; private set; }

    /// <summary>How many steps were made.</summary>
    public long Steps { get; private set; }

    public void After(TimeSpan wait, Action step)
    {
        Check();
        _events.Enqueue(step, (Now.Ticks + Math.Max(0, wait.Ticks), _order++));
    }

    /// <summary>A wait that no death ends.</summary>
    public Task PassAsync(TimeSpan wait)
    {
        var passed = new TaskCompletionSource();
        After(wait, passed.SetResult);
        return passed.Task;
    }

    /// <summary>Starts something that nobody waits for. What it throws ends the run.</summary>
    public async void Start(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault)
        {
            _fault ??= fault;
        }
    }

    /// <summary>Makes steps until the time comes, or until the condition holds.</summary>
    public void Run(TimeSpan end, Func<bool> isOver)
    {
        if (SynchronizationContext.Current is not null)
        {
            throw new InvalidOperationException("A synchronization context would move what is awaited to other threads.");
        }

        while (!isOver() && _events.TryPeek(out _, out var next) && next.At < end.Ticks)
        {
            Check();
            Now = new TimeSpan(next.At);
            Steps++;
            _events.Dequeue()();
            if (_fault is { } fault)
            {
                throw new InvalidOperationException("A part of the world failed.", fault);
            }
        }

        Now = isOver() ? Now : end;
    }

    public void Check()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("A step left the thread of the world.");
        }
    }
}
