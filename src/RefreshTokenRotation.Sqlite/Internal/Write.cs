namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>A write that waits for its turn. It completes with the commit of the transaction that it was part of, and not before.</summary>
internal abstract class Write
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Cancelled = 2;

    private int _state;

    /// <summary>Claims it for the writer; a write that has begun is not cancelled any more. It may run again in another transaction.</summary>
    /// <returns>False if it was cancelled while it waited.</returns>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != Cancelled;

    public abstract void Run(Session session);

    /// <summary>Completes it if it ran: one that was cancelled has another result, perhaps in a moment.</summary>
    public void Complete()
    {
        if (Volatile.Read(ref _state) == Begun)
        {
            Succeed();
        }
    }

    public abstract void Fail(Exception fault);

    protected abstract void Succeed();

    /// <summary>Takes it back if it has not begun.</summary>
    protected bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;
}

/// <summary>A write with a result.</summary>
internal sealed class Write<TResult>(Func<Session, TResult> run) : Write
{
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;

    public Task<TResult> Answer => _answer.Task;

    public override void Run(Session session) => _result = run(session);

    public override void Fail(Exception fault) => _answer.TrySetException(fault);

    public void Cancel(CancellationToken cancellationToken)
    {
        if (TryCancel())
        {
            _answer.TrySetCanceled(cancellationToken);
        }
    }

    protected override void Succeed() => _answer.TrySetResult(_result!);
}
