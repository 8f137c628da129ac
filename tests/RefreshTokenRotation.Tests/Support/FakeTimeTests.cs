namespace RefreshTokenRotation.Tests.Support;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FakeTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTime _time = new();
    private readonly List<DateTimeOffset> _fired = [];

    [Test]
    public void Clock_untouched_stands_at_the_start() =>
        _time.GetUtcNow().Should().Be(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public void Clock_advanced_moves_wall_clock_and_timestamp_together()
    {
        var timestamp = _time.GetTimestamp();

        _time.Advance(TimeSpan.FromTicks(12_345_678));

        _time.GetUtcNow().Should().Be(FakeTime.Start.AddTicks(12_345_678));
        _time.GetElapsedTime(timestamp).Should().Be(TimeSpan.FromTicks(12_345_678));
    }

    [Test]
    public void Clock_advanced_by_a_negative_time_throws() =>
        _time.Invoking(time => time.Advance(-Second)).Should().Throw<ArgumentOutOfRangeException>();

    [Test]
    public void Clock_advanced_by_many_threads_loses_no_step()
    {
        Parallel.For(0, 1_000, _ => _time.Advance(Second));

        _time.GetUtcNow().Should().Be(FakeTime.Start.AddSeconds(1_000));
    }

    [Test]
    public void Clock_set_forward_fires_timers()
    {
        using var timer = Timer(Second, Timeout.InfiniteTimeSpan);

        _time.Set(FakeTime.Start + (2 * Second));

        _time.GetUtcNow().Should().Be(FakeTime.Start + (2 * Second));
        _fired.Should().Equal(FakeTime.Start + Second);
    }

    [Test]
    public void Clock_set_back_moves_the_wall_clock_alone()
    {
        using var timer = Timer(2 * Second, Timeout.InfiniteTimeSpan);
        _time.Advance(Second);
        var timestamp = _time.GetTimestamp();

        _time.Set(FakeTime.Start - Second);

        _time.GetUtcNow().Should().Be(FakeTime.Start - Second);
        _time.GetTimestamp().Should().Be(timestamp);
        _fired.Should().BeEmpty();
        _time.Advance(Second);
        _fired.Should().Equal(FakeTime.Start);
    }

    [Test]
    public void Timer_due_fires_once_at_its_own_instant()
    {
        using var timer = Timer(2 * Second, Timeout.InfiniteTimeSpan);

        _time.Advance((2 * Second) - TimeSpan.FromTicks(1));
        _fired.Should().BeEmpty();
        _time.Advance(TimeSpan.FromMinutes(1));

        _fired.Should().Equal(FakeTime.Start + (2 * Second));
    }

    [Test]
    public void Timer_with_a_period_fires_at_each_period()
    {
        using var timer = Timer(Second, 2 * Second);

        _time.Advance(6 * Second);

        _fired.Should().Equal(FakeTime.Start + Second, FakeTime.Start + (3 * Second), FakeTime.Start + (5 * Second));
    }

    [Test]
    public void Timer_due_at_once_fires_without_an_advance()
    {
        using var timer = Timer(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        _fired.Should().Equal(FakeTime.Start);
    }

    [Test]
    public void Timers_fire_in_the_order_in_which_they_fall_due()
    {
        List<int> order = [];
        using var third = _time.CreateTimer(_ => order.Add(3), null, 3 * Second, Timeout.InfiniteTimeSpan);
        using var first = _time.CreateTimer(_ => order.Add(1), null, Second, Timeout.InfiniteTimeSpan);
        using var second = _time.CreateTimer(_ => order.Add(2), null, Second, Timeout.InfiniteTimeSpan);

        _time.Advance(3 * Second);

        order.Should().Equal(1, 2, 3);
    }

    [Test]
    public void Timer_changed_forgets_its_former_due_time()
    {
        using var timer = Timer(Second, Second);

        timer.Change(3 * Second, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _time.Advance(5 * Second);

        _fired.Should().Equal(FakeTime.Start + (3 * Second));
    }

    [Test]
    public void Timer_disposed_fires_no_more_and_refuses_a_change()
    {
        var timer = Timer(Second, Second);

        timer.Dispose();
        _time.Advance(5 * Second);

        _fired.Should().BeEmpty();
        timer.Change(Second, Second).Should().BeFalse();
    }

    [Test]
    public void Timer_that_arms_another_in_its_callback_stays_at_its_own_instant()
    {
        ITimer? inner = null;
        using var outer = _time.CreateTimer(
            _ =>
            {
                inner = Timer(Second, Timeout.InfiniteTimeSpan);
                _fired.Add(_time.GetUtcNow());
            },
            null,
            Second,
            Timeout.InfiniteTimeSpan);

        _time.Advance(3 * Second);

        _fired.Should().Equal(FakeTime.Start + Second, FakeTime.Start + (2 * Second));
        inner!.Dispose();
    }

    [Test]
    public async Task Delay_completes_when_the_clock_reaches_its_end()
    {
        var delay = Task.Delay(Second, _time);
        delay.IsCompleted.Should().BeFalse();

        _time.Advance(Second);

        await delay;
    }

    private ITimer Timer(TimeSpan dueTime, TimeSpan period) =>
        _time.CreateTimer(_ => _fired.Add(_time.GetUtcNow()), null, dueTime, period);
}
