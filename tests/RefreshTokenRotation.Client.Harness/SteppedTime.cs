using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>A clock on which a delay passes at once and moves the time, while time limits run out only as the time is moved.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly FakeTime _time = new();

    /// <summary>The same time for a server, on which nothing passes by itself.</summary>
    public TimeProvider Plain => _time;

    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public void Advance(TimeSpan by) => _time.Advance(by);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _time.CreateTimer(callback, state, dueTime, period);
        if (state is not CancellationTokenSource && dueTime > TimeSpan.Zero)
        {
            _time.Advance(dueTime);
        }

        return timer;
    }
}
