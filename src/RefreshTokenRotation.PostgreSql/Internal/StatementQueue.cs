using System.Runtime.CompilerServices;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Lets calls that arrive while statements are under way share the next one, on one connection. A call that meets no other runs alone, at once.</summary>
/// <remarks>
/// <para>Under load one statement follows the other: calls gather while it is under way, until they fill the next one or it ends. Where calls are few they run side by
/// side, since one that waits for another would gain nothing. No call waits for others to come.</para>
/// <para>A batch returns only what is certain. Every other call of it runs alone afterwards, by the single statement, which is the authority on conflicts, unknown keys, locked
/// rows and faults of one row.</para>
/// </remarks>
internal abstract class StatementQueue<TCall, TAnswer> : IDisposable
{
    /// <summary>How many calls go into one statement.</summary>
    public const int MaxBatch = 64;

    /// <summary>How many calls may run side by side. After a larger statement, the next ones run one at a time; each halves the memory of it, down to two.</summary>
    public const int Few = 6;

    /// <summary>For how long calls wait for a statement: twice this time at most, as exactly as timers are. Then the next one leaves on another connection, so that slow commits overlap.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<WaitingCall<TCall, TAnswer>> _waiting = new();
    private readonly ITimer? _timer;
    private int _period;
    private int _underWay;
    private int _underWayBefore;
    private int _recent; // how many calls the last statements had: the most of one, halved by each that left since
    private bool _isTicking;

    /// <summary>Makes the queue.</summary>
    /// <param name="batches">Whether calls go together at all.</param>
    /// <param name="time">Measures <see cref="Patience"/>.</param>
    protected StatementQueue(bool batches, TimeProvider time)
    {
        if (batches)
        {
            // The context of the caller who happens to be the first must not stay with the timer.
            using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            _timer = time.CreateTimer(static queue => ((StatementQueue<TCall, TAnswer>)queue!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Answers a call, alone or with others.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Cancels this call and no other. The write of one that is under way with others may happen nevertheless.</param>
    public ValueTask<TAnswer> RunAsync(TCall call, CancellationToken cancellationToken)
    {
        if (_timer is null)
        {
            return RunAloneAsync(call, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TAnswer>(cancellationToken);
        }

        WaitingCall<TCall, TAnswer>? waiting = null;
        Batch? batch = null;
        int period;
        lock (_lock)
        {
            if (_waiting.Count == 0 && IsDue(1))
            {
                period = Begin(1);
            }
            else
            {
                period = 0;
                waiting = new WaitingCall<TCall, TAnswer>(call);
                _waiting.Enqueue(waiting);
                batch = TakeDue();
            }
        }

        batch?.Start();
        return waiting is null ? RunCountedAsync(call, period, cancellationToken) : WaitAsync(waiting, cancellationToken);
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>How many calls are waited for.</summary>
    protected int UnderWay => _underWay + _underWayBefore;

    /// <summary>The single statement.</summary>
    protected abstract ValueTask<TAnswer> RunAloneAsync(TCall call, CancellationToken cancellationToken);

    /// <summary>One statement for all. It completes calls when it has ended, and not before.</summary>
    protected abstract ValueTask RunTogetherAsync(IReadOnlyList<WaitingCall<TCall, TAnswer>> calls);

    /// <summary>Whether a fault of a batch is the answer to each of its calls; else each of them is tried alone.</summary>
    protected internal abstract bool IsFaultOfAll(Exception fault);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TAnswer> RunCountedAsync(TCall call, int period, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAloneAsync(call, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End(1, period)?.Start();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TAnswer> WaitAsync(WaitingCall<TCall, TAnswer> waiting, CancellationToken cancellationToken)
    {
        var cancelling = cancellationToken.UnsafeRegister(static (call, token) => ((WaitingCall<TCall, TAnswer>)call!).TrySetCanceled(token), waiting);
        (bool IsAnswered, TAnswer Answer) together;
        await using (cancelling.ConfigureAwait(false))
        {
            together = await waiting.Task.ConfigureAwait(false);
        }

        return together.IsAnswered ? together.Answer : await RunAloneAsync(waiting.Call, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(Batch? batch)
    {
        for (; batch is not null; batch = End(batch.Calls.Count, batch.Period))
        {
            Exception? ofAll = null;
            try
            {
                await RunTogetherAsync(batch.Calls).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                ofAll = IsFaultOfAll(fault) ? fault : null;
            }

            foreach (var call in batch.Calls)
            {
                call.End(ofAll);
            }
        }
    }

    private bool IsDue(int calls) => UnderWay == 0 || calls >= MaxBatch || (UnderWay + calls <= Few && _recent <= 2);

    private int Begin(int calls)
    {
        _underWay += calls;
        _recent = Math.Max(calls, _recent / 2);
        return _period;
    }

    private Batch? End(int calls, int period)
    {
        lock (_lock)
        {
            if (period == _period)
            {
                _underWay -= calls;
            }
            else if (period == _period - 1)
            {
                _underWayBefore -= calls;
            }

            return TakeDue();
        }
    }

    /// <summary>Takes what waits into a batch, if it is due.</summary>
    private Batch? TakeDue()
    {
        while (_waiting.TryPeek(out var first) && first.Task.IsCompleted)
        {
            _waiting.Dequeue(); // cancelled
        }

        Batch? batch = null;
        if (_waiting.Count > 0 && IsDue(_waiting.Count))
        {
            var calls = new List<WaitingCall<TCall, TAnswer>>(Math.Min(_waiting.Count, MaxBatch));
            while (calls.Count < MaxBatch && _waiting.TryDequeue(out var call))
            {
                if (!call.Task.IsCompleted)
                {
                    calls.Add(call);
                }
            }

            batch = calls.Count == 0 ? null : new Batch(this, calls, Begin(calls.Count));
        }

        if (_waiting.Count > 0 && !_isTicking)
        {
            _isTicking = true;
            _timer!.Change(Patience, Timeout.InfiniteTimeSpan);
        }

        return batch;
    }

    /// <summary>What was under way two ticks ago is waited for no longer.</summary>
    private void Tick()
    {
        Batch? batch;
        lock (_lock)
        {
            _isTicking = false;
            _period++;
            (_underWayBefore, _underWay) = (_underWay, 0);
            batch = TakeDue();
        }

        batch?.Start();
    }

    /// <summary>Calls whose statement begins on a thread of the pool, without the context of whoever let it begin: an ambient transaction must not reach it.</summary>
    private sealed class Batch(StatementQueue<TCall, TAnswer> queue, List<WaitingCall<TCall, TAnswer>> calls, int period) : IThreadPoolWorkItem
    {
        public List<WaitingCall<TCall, TAnswer>> Calls { get; } = calls;

        public int Period { get; } = period;

        public void Start() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        void IThreadPoolWorkItem.Execute() => _ = queue.RunAsync(this);
    }
}

/// <summary>A call that waits for its answer, or until it has to run alone.</summary>
internal sealed class WaitingCall<TCall, TAnswer>(TCall call)
    : TaskCompletionSource<(bool IsAnswered, TAnswer Answer)>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public TCall Call { get; } = call;

    public void Answer(TAnswer answer) => TrySetResult((true, answer));

    /// <summary>Ends it, if it has no answer: by the fault of its batch, or by sending it alone.</summary>
    public void End(Exception? fault)
    {
        if (fault is null)
        {
            TrySetResult(default);
        }
        else
        {
            TrySetException(fault);
        }
    }
}
