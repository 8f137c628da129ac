using System.Collections.Concurrent;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>An event handler that a test can hold up, let fail, and wait for.</summary>
internal sealed class GatedHandler : IRefreshTokenEventHandler, IDisposable
{
    private static readonly TimeSpan Patience = Eventually.Patience;

    private readonly ConcurrentQueue<RefreshTokenEvent> _handled = new();
    private readonly SemaphoreSlim _entered = new(0);
    private TaskCompletionSource? _gate;
    private int _inside;

    public IReadOnlyCollection<RefreshTokenEvent> Handled => _handled;

    public int MostAtOnce { get; private set; }

    public CancellationToken LastToken { get; private set; }

    public Func<RefreshTokenEvent, Exception?>? Fault { get; set; }

    public void Close() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var gate = _gate;
        _gate = null;
        gate?.SetResult();
    }

    /// <summary>Waits until the handler was called once more. The bound only ends a test that would hang.</summary>
    public async Task EnteredAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            (await _entered.WaitAsync(Patience)).Should().BeTrue("the handler should have been called");
        }
    }

    public void Dispose() => _entered.Dispose();

    public async ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _inside));
        LastToken = cancellationToken;
        _handled.Enqueue(refreshTokenEvent);
        _entered.Release();
        try
        {
            await (_gate?.Task ?? Task.CompletedTask);
            if (Fault?.Invoke(refreshTokenEvent) is { } fault)
            {
                throw fault;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
