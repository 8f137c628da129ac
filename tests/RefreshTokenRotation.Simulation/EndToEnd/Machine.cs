namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>A process with its own clock. When it dies, nothing that it waited for ever comes.</summary>
internal class Machine(Agenda agenda, TimeSpan offset, double drift) : TimeProvider
{
    /// <summary>The instant at which every world begins, midnight.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Agenda Agenda { get; } = agenda;

    /// <summary>Counts its lives.</summary>
    public int Life { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Where its clock is: ahead by the offset, and further by the drift.</summary>
    private long Ticks => Agenda.Now.Ticks + (long)(Agenda.Now.Ticks * drift);

    public override long GetTimestamp() => Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + offset + new TimeSpan(Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, period);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Does something later, if the process lives by then.</summary>
    public void After(TimeSpan wait, Action step)
    {
        var life = Life;
        Agenda.After(wait, () =>
        {
            if (life == Life)
            {
                step();
            }
        });
    }

    public Task PassAsync(TimeSpan wait)
    {
        var passed = new TaskCompletionSource();
        After(wait, passed.SetResult);
        return passed.Task;
    }

    public virtual void Die() => Life++;

    private sealed class Timer(Machine machine, TimerCallback callback, object? state, TimeSpan period) : ITimer
    {
        private TimeSpan _period = period;
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            var setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                machine.After(dueTime, () => Fire(setting));
            }

            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire(int setting)
        {
            if (setting != _setting)
            {
                return;
            }

            if (_period > TimeSpan.Zero)
            {
                machine.After(_period, () => Fire(setting));
            }

            callback(state);
        }
    }
}
