namespace RefreshTokenRotation.Tests.Support;

/// <summary>A clock that tells for when the first timer was set.</summary>
internal sealed class DueTimeRecorder : TimeProvider
{
    private readonly TaskCompletionSource<TimeSpan> _timer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TimeSpan> WhenTimer => _timer.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timer.TrySetResult(dueTime);
        return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
