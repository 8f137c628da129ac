namespace RefreshTokenRotation.Testing;

/// <summary>Holds store calls back until a test lets them go. No clock and no sleep is involved.</summary>
public sealed class StoreGate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first call arrives.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets every call through, those that wait and those that come later.</summary>
    public void Open() => _opened.TrySetResult();

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
