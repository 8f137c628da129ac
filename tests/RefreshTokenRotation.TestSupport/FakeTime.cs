namespace RefreshTokenRotation.Tests.Support;

/// <summary>A clock that moves only when a test moves it, and fires its timers on the moving thread. Thread-safe.</summary>
/// <remarks>
/// <para>Not <c>FakeTimeProvider</c>: its timers see the end of an advance, not their own instant, its timestamps step back with a corrected clock, and it has no
/// <see cref="WhenTimerArmedAsync"/>, by which a test waits until the code has armed a timer.</para>
/// <para>The wall clock and the timestamps advance together. Only <see cref="Set"/> to an earlier instant parts them, as on a real
/// machine whose clock is corrected: the wall clock steps back, timestamps and timers do not.</para>
/// </remarks>
internal sealed class FakeTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _armed = [];
    private DateTimeOffset _origin = Start;
    private TimeSpan _elapsed;
    private TimeSpan _target;
    private long _sequence;
    private TaskCompletionSource? _whenArmed;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _origin + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    /// <summary>Moves the clock forward and fires every timer that falls due on the way, each at its own instant.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_lock)
        {
            _target += by;
        }

        FireTimers(TakeNextOnTheWay);
    }

    /// <summary>Moves the clock to an instant: forward like <see cref="Advance"/>, backward without a timer.</summary>
    public void Set(DateTimeOffset utcNow)
    {
        lock (_lock)
        {
            var step = utcNow - (_origin + _target);
            if (step < TimeSpan.Zero)
            {
                _origin += step;
            }
            else
            {
                _target += step;
            }
        }

        FireTimers(TakeNextOnTheWay);
    }

    /// <summary>Ends as soon as a timer waits: what a test advances the clock for is there.</summary>
    public Task WhenTimerArmedAsync()
    {
        lock (_lock)
        {
            return _armed.Count > 0
                ? Task.CompletedTask
                : (_whenArmed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Arm(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            timer.Period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Enqueue(timer, _elapsed + dueTime);
            }
        }

        FireTimers(TakeNextDueNow);
    }

    internal void Disarm(FakeTimer timer)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
        }
    }

    private void Enqueue(FakeTimer timer, TimeSpan due)
    {
        timer.Due = due;
        timer.Order = _sequence++;
        _armed.Add(timer);
        _whenArmed?.TrySetResult();
        _whenArmed = null;
    }

    // A callback runs outside the lock, because it may read the clock or change a timer.
    private static void FireTimers(Func<FakeTimer?> takeNext)
    {
        while (takeNext() is { } timer)
        {
            timer.Fire();
        }
    }

    private FakeTimer? TakeNextOnTheWay()
    {
        lock (_lock)
        {
            var next = TakeNext(_target);
            if (next is null)
            {
                _elapsed = _target;
            }

            return next;
        }
    }

    // Leaves the clock where it is: a callback that arms a timer in the middle of an advance stays at its own instant.
    private FakeTimer? TakeNextDueNow()
    {
        lock (_lock)
        {
            return TakeNext(_elapsed);
        }
    }

    private FakeTimer? TakeNext(TimeSpan until)
    {
        var next = _armed.Where(timer => timer.Due <= until).OrderBy(timer => timer.Due).ThenBy(timer => timer.Order).FirstOrDefault();
        if (next is null)
        {
            return null;
        }

        _armed.Remove(next);
        if (next.Due > _elapsed)
        {
            _elapsed = next.Due;
        }

        if (next.Period > TimeSpan.Zero)
        {
            Enqueue(next, next.Due + next.Period);
        }

        return next;
    }
}
