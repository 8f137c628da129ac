using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

/// <summary>What becomes of waiting events when the host stops or the container goes.</summary>
[TestFixture]
internal sealed class EventDrainTests
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = Eventually.Patience;

    private GatedHandler _handler = null!;
    private LogCapture _log = null!;
    private FakeTime _time = null!;
    private ServiceProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        (_handler, _log, _time) = (new GatedHandler(), new LogCapture(), new FakeTime());
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<ILoggerFactory>(_log);
        services.AddSingleton<IRefreshTokenEventHandler>(_handler);
        services.AddRefreshTokenRotation();
        _provider = services.BuildServiceProvider();
    }

    [TearDown]
    public async Task TearDown()
    {
        _handler.Open();
        await _provider.DisposeAsync();
        _handler.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Stop_waits_for_what_is_told_already()
    {
        _handler.Close();
        Tell(3);
        await _handler.EnteredAsync();

        var stop = StopAsync();
        stop.IsCompleted.Should().BeFalse();
        _handler.Open();
        await stop.WaitAsync(Patience);

        _handler.Handled.Should().HaveCount(3);
        _handler.LastToken.IsCancellationRequested.Should().BeFalse();
        _log.Of(11).Should().BeEmpty();
    }

    [Test]
    public async Task Dispose_without_stop_waits_too([Values] bool synchronous)
    {
        Tell(500);

        if (synchronous)
        {
            _provider.Dispose();
        }
        else
        {
            await _provider.DisposeAsync();
        }

        _handler.Handled.Should().HaveCount(500);
    }

    [Test]
    public async Task Drain_ends_at_its_timeout_and_not_before()
    {
        _handler.Close();
        Tell(4);
        await _handler.EnteredAsync();

        var stop = StopAsync();
        _time.Advance(DrainTimeout - TimeSpan.FromTicks(1));
        stop.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromTicks(1));
        await stop.WaitAsync(Patience);

        _handler.LastToken.IsCancellationRequested.Should().BeTrue("the handler is told that time is over");
        _log.Of(11).Should().ContainSingle().Which.Values().Should().Contain("Count=3");
    }

    [Test]
    public async Task Drain_ends_when_the_host_will_not_wait()
    {
        using var impatient = new CancellationTokenSource();
        _handler.Close();
        Tell(1);
        await _handler.EnteredAsync();

        var stop = _provider.GetRequiredService<EventDispatcher>().StopAsync(impatient.Token);
        await impatient.CancelAsync();
        await stop.WaitAsync(Patience);

        _log.Of(11).Should().ContainSingle();
    }

    [Test]
    public async Task Handler_that_was_given_up_gets_no_further_event()
    {
        _handler.Close();
        Tell(4);
        await _handler.EnteredAsync();
        var stop = StopAsync();
        _time.Advance(DrainTimeout);
        await stop.WaitAsync(Patience);

        var workers = _provider.GetRequiredService<EventDispatcher>().Workers.ToArray();
        await _provider.DisposeAsync().AsTask().WaitAsync(Patience);
        _handler.Open();

        await Task.WhenAll(workers).WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
        _handler.Handled.Should().HaveCount(1);
        _log.Of(9).Should().BeEmpty("the rest was counted as not handled already");
    }

    [Test]
    public async Task Handler_that_was_given_up_is_not_waited_for_again()
    {
        _handler.Close();
        Tell(2);
        await _handler.EnteredAsync();
        var stop = StopAsync();
        _time.Advance(DrainTimeout);
        await stop.WaitAsync(Patience);

        // The container knows the dispatcher by three services. The clock stands still: a second wait would never end.
        await _provider.DisposeAsync().AsTask().WaitAsync(Patience);

        _log.Of(11).Should().ContainSingle();
    }

    [Test]
    public async Task Event_after_the_stop_is_dropped_and_breaks_nothing()
    {
        await StopAsync();

        Tell(1);
        var issued = await _provider.GetRequiredService<IRefreshTokenService>().IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });

        issued.Family.Subject.Should().Be("u");
        _handler.Handled.Should().BeEmpty();
        _log.Of(10).Should().HaveCount(2);
    }

    private void Tell(int count)
    {
        var sink = _provider.GetRequiredService<EventSink>();
        for (var i = 0; i < count; i++)
        {
            sink.Publish(new RefreshTokenEvent.Issued(FakeTime.Start, new TokenFamilyInfo(Rows.New())));
        }
    }

    private Task StopAsync() => _provider.GetRequiredService<EventDispatcher>().StopAsync(CancellationToken.None);
}
