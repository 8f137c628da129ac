using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

[TestFixture]
internal sealed class EventDispatcherTests
{
    private GatedHandler _first = null!;
    private GatedHandler _second = null!;
    private LogCapture _log = null!;
    private FakeTime _time = null!;

    [SetUp]
    public void SetUp() => (_first, _second, _log, _time) = (new GatedHandler(), new GatedHandler(), new LogCapture(), new FakeTime());

    [TearDown]
    public void TearDown()
    {
        _first.Dispose();
        _second.Dispose();
        _log.Dispose();
    }

    [Test]
    public async Task Events_come_one_at_a_time_and_in_order()
    {
        await using var provider = Create();
        var events = Enumerable.Range(0, 2000).Select(_ => Issued()).ToArray();

        Tell(provider, events);
        await StopAsync(provider);

        _first.Handled.Should().Equal(events);
        _first.MostAtOnce.Should().Be(1);
    }

    [Test]
    public async Task Handler_that_throws_is_logged_and_gets_the_next_event()
    {
        await using var provider = Create();
        _first.Fault = told => told is RefreshTokenEvent.Issued ? new FormatException("no") : new OperationCanceledException();

        Tell(provider, Issued(), Noise(), Issued());
        await StopAsync(provider);

        _first.Handled.Should().HaveCount(3);
        _second.Handled.Should().HaveCount(3, "another handler is not touched");
        _log.Of(9).Should().HaveCount(3).And.OnlyContain(entry => entry.Level == LogLevel.Error && entry.Message.Contains(nameof(GatedHandler)));
        _log.Of(9).First().Exception.Should().BeOfType<FormatException>();
    }

    [Test]
    public async Task Handler_that_hangs_delays_neither_exchanges_nor_another_handler()
    {
        await using var provider = Create();
        _first.Close();
        var tokens = provider.GetRequiredService<IRefreshTokenService>();

        var issued = await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
        await _first.EnteredAsync();
        var result = await tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "c" });

        result.Should().BeOfType<ExchangeResult.Succeeded>();
        await _second.EnteredAsync(2);
        _first.Handled.Should().HaveCount(1);
        _first.Open();
    }

    [Test]
    public async Task Handler_that_blocks_its_thread_delays_no_exchange()
    {
        using var gate = new ManualResetEventSlim();
        await using var provider = Create();
        _first.Fault = _ =>
        {
            gate.Wait(Eventually.Patience);
            return null;
        };
        var tokens = provider.GetRequiredService<IRefreshTokenService>();

        await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });
        await _first.EnteredAsync();
        await tokens.IssueAsync(new IssueRequest { Subject = "u", ClientId = "c" });

        _first.Handled.Should().HaveCount(1);
        gate.Set();
        await StopAsync(provider);
        _first.Handled.Should().HaveCount(2);
    }

    [Test]
    public async Task Overflow_is_counted_logged_at_doubling_numbers_and_hits_one_handler_alone()
    {
        await using var provider = Create(capacity: 4);
        using var dropped = new MetricCollector<long>(provider.GetRequiredService<IMeterFactory>(), RotationTelemetry.MeterName, RotationTelemetry.DroppedEvents);
        _first.Close();
        Tell(provider, Issued());
        await _first.EnteredAsync();
        await _second.EnteredAsync();

        for (var i = 0; i < 9; i++)
        {
            Tell(provider, Issued());
            await _second.EnteredAsync();
        }

        dropped.GetMeasurementSnapshot().EvaluateAsCounter().Should().Be(5);
        dropped.GetMeasurementSnapshot().Should().OnlyContain(drop => (string?)drop.Tags["lane"] == "changes");
        _log.Of(10).Select(entry => entry.Values()).Should().SatisfyRespectively(
            state => state.Should().Contain("Dropped=1"), state => state.Should().Contain("Dropped=2"), state => state.Should().Contain("Dropped=4"));
        _first.Open();
        await StopAsync(provider);
        _first.Handled.Should().HaveCount(5);
        _second.Handled.Should().HaveCount(10);
    }

    [Test]
    public async Task Guessed_tokens_do_not_crowd_out_what_happens_to_families()
    {
        await using var provider = Create(capacity: 10);
        _first.Close();
        Tell(provider, Issued());
        await _first.EnteredAsync();
        RefreshTokenEvent[] real = [Issued(), Issued()];
        RefreshTokenEvent[] misused = [Mismatch(), Mismatch()];

        Tell(provider, [.. Enumerable.Range(0, 100).Select(_ => Noise())]);
        Tell(provider, [.. real, .. misused]);
        _first.Open();
        await StopAsync(provider);

        _first.Handled.Should().ContainInOrder(real).And.ContainInOrder(misused);
        _first.Handled.OfType<RefreshTokenEvent.Rejected>().Single(told => told.Family is null).Occurrences.Should().Be(100);
    }

    [Test]
    public async Task Flood_of_tokens_in_the_wrong_hands_costs_no_reuse_event()
    {
        await using var provider = Create(capacity: 100);
        using var dropped = new MetricCollector<long>(provider.GetRequiredService<IMeterFactory>(), RotationTelemetry.MeterName, RotationTelemetry.DroppedEvents);
        _first.Close();
        Tell(provider, Issued());
        await _first.EnteredAsync();
        await _second.EnteredAsync();
        var reuses = Enumerable.Range(0, 20).Select(_ => Reuse()).ToArray();

        // One second of 7,000 refusals, each of another family, with the reuses among them.
        foreach (var reuse in reuses)
        {
            Tell(provider, [.. Enumerable.Range(0, 350).Select(_ => Mismatch())]);
            Tell(provider, reuse);
        }

        _first.Open();
        await StopAsync(provider);

        _first.Handled.OfType<RefreshTokenEvent.ReuseDetected>().Should().Equal(reuses);
        dropped.GetMeasurementSnapshot().Select(drop => drop.Tags["lane"]).Distinct().Should().Equal("repeats");
    }

    [Test]
    public async Task Guessed_tokens_are_told_while_there_is_room()
    {
        await using var provider = Create();

        Tell(provider, Noise(), Noise());
        await StopAsync(provider);

        _first.Handled.Sum(told => told.Occurrences).Should().Be(2);
    }

    private ServiceProvider Create(int capacity = 10_000)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<ILoggerFactory>(_log);
        services.AddSingleton<IRefreshTokenEventHandler>(_first);
        services.AddSingleton<IRefreshTokenEventHandler>(_second);
        services.AddRefreshTokenRotation(options => options.EventQueueCapacity = capacity);
        return services.BuildServiceProvider();
    }

    private static void Tell(ServiceProvider provider, params RefreshTokenEvent[] events)
    {
        foreach (var told in events)
        {
            provider.GetRequiredService<EventSink>().Publish(told);
        }
    }

    private static Task StopAsync(ServiceProvider provider) => provider.GetRequiredService<EventDispatcher>().StopAsync(CancellationToken.None);

    private static RefreshTokenEvent.Issued Issued() => new(FakeTime.Start, new TokenFamilyInfo(Rows.New()));

    private static RefreshTokenEvent.ReuseDetected Reuse() =>
        new(FakeTime.Start, new TokenFamilyInfo(Rows.New()), 1, familyRevoked: true, wouldRecover: false, null);

    private static RefreshTokenEvent.Rejected Noise() => new(FakeTime.Start, string.Empty, "c", null, RejectionReason.Unknown, false, null, null);

    private static RefreshTokenEvent.Rejected Mismatch() =>
        new(FakeTime.Start, string.Empty, "c", new TokenFamilyInfo(Rows.New()), RejectionReason.ClientMismatch, false, null, null);
}
