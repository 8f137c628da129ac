namespace RefreshTokenRotation.Tests.Support;

/// <summary>A timer of <see cref="FakeTime"/>, whose lock guards the settable properties.</summary>
internal sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
{
    private volatile bool _disposed;

    internal TimeSpan Due { get; set; }

    internal TimeSpan Period { get; set; }

    internal long Order { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfInvalid(dueTime);
        ThrowIfInvalid(period);
        if (_disposed)
        {
            return false;
        }

        time.Arm(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        time.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Fire()
    {
        if (!_disposed)
        {
            callback(state);
        }
    }

    private static void ThrowIfInvalid(TimeSpan value)
    {
        if (value != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        }
    }
}
