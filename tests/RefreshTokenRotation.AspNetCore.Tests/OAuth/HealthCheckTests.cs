using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

[TestFixture]
internal sealed class HealthCheckTests
{
    private FakeTime _time = null!;
    private FaultingTokenStore _store = null!;
    private ServiceProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTime();
        _store = new FaultingTokenStore(new InMemoryTokenStore());
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time).AddSingleton<ITokenStore>(_store);
        services.AddRefreshTokenRotation();
        services.AddHealthChecks().AddRefreshTokenRotation(tags: ["ready"], timeout: TimeSpan.FromSeconds(2));
        _provider = services.BuildServiceProvider();
    }

    [TearDown]
    public void TearDown() => _provider.Dispose();

    [Test]
    public async Task Store_that_answers_is_healthy_after_one_read_and_one_write_without_effect()
    {
        var entry = await CheckAsync();

        entry.Status.Should().Be(HealthStatus.Healthy);
        entry.Tags.Should().Equal("ready");
        _store.History.Select(record => record.Context.Call).Should().Equal(StoreCall.Find, StoreCall.CompareAndSwap);
    }

    [Test]
    public async Task Store_that_only_reads_is_unhealthy()
    {
        _store.OnNext(StoreCall.CompareAndSwap, StoreFault.ThrowBeforeWrite);

        (await CheckAsync()).Status.Should().Be(HealthStatus.Unhealthy);
    }

    [Test]
    public async Task Store_that_fails_is_unhealthy_and_recovers_by_itself()
    {
        _store.OnNext(StoreCall.Find, StoreFault.ThrowBeforeWrite);

        var entry = await CheckAsync();

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Description.Should().Be("The token store failed: InjectedFaultException.");
        entry.Exception.Should().BeNull("a driver's message may name servers and users");
        (await CheckAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Test]
    public async Task Cancellation_by_the_store_itself_is_unhealthy()
    {
        _store.OnNext(StoreCall.Find, StoreFault.CancelBeforeWrite);

        (await CheckAsync()).Status.Should().Be(HealthStatus.Unhealthy);
    }

    [Test]
    public async Task Store_that_hangs_is_unhealthy_when_the_time_is_over()
    {
        var gate = new StoreGate();
        _store.OnNext(StoreCall.Find, StoreFault.DelayBefore(gate));

        var armed = _time.WhenTimerArmedAsync();
        var check = CheckAsync();
        await Task.WhenAll(gate.Reached, armed);
        check.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(2));

        var entry = await check;
        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Description.Should().Be("The token store did not respond in time.");
    }

    [Test]
    public void Time_without_length_is_refused() =>
        FluentActions.Invoking(() => new ServiceCollection().AddHealthChecks().AddRefreshTokenRotation(timeout: TimeSpan.Zero))
            .Should().Throw<ArgumentOutOfRangeException>();

    private async Task<HealthReportEntry> CheckAsync()
    {
        var report = await _provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries["refresh_token_store"];
    }
}
