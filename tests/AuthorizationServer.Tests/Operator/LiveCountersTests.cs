using System.Diagnostics.Metrics;
using AuthorizationServer.Admin;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>What the administrator's page counts.</summary>
[TestFixture]
internal sealed class LiveCountersTests
{
    private readonly FakeTime _time = new();
    private ServiceProvider _services = null!;
    private LiveCounters _counters = null!;
    private IMeterFactory _factory = null!;

    [SetUp]
    public void SetUp()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(_time).AddSingleton<LiveCounters>().BuildServiceProvider();
        _counters = _services.GetRequiredService<LiveCounters>();
        _factory = _services.GetRequiredService<IMeterFactory>();
    }

    [TearDown]
    public void TearDown()
    {
        _counters.Dispose();
        _factory.Dispose();
        _services.Dispose();
    }

    [Test]
    public void Parallel_counts_add_up_by_label()
    {
        var meter = _factory.Create(RotationTelemetry.MeterName);
        var issues = meter.CreateCounter<long>(RotationTelemetry.Issues);
        var rejections = meter.CreateCounter<long>(RotationTelemetry.Rejections);

        Parallel.For(0, 4000, i =>
        {
            issues.Add(1);
            rejections.Add(2, new KeyValuePair<string, object?>("reason", i % 4 == 0 ? "unknown" : "revoked"));
        });

        var read = _counters.Read();
        read.Totals["issues"].Should().Be(4000);
        read.Totals["rejections"].Should().Be(8000);
        read.Rejections.Should().BeEquivalentTo(new Dictionary<string, long> { ["unknown"] = 2000, ["revoked"] = 6000 });
    }

    [Test]
    public void Last_minute_holds_each_second_and_forgets_what_is_older()
    {
        var meter = _factory.Create(RotationTelemetry.MeterName);
        var exchanges = meter.CreateCounter<long>(RotationTelemetry.Exchanges);
        Exchange(ExchangeOutcome.Rotated, 5);
        _time.Advance(TimeSpan.FromSeconds(59));
        Exchange(ExchangeOutcome.ConvertedToRotating, 2);
        Exchange(ExchangeOutcome.Reissued, 1);

        var minute = _counters.LastMinute();
        minute["rotations"].Should().HaveCount(60);
        (minute["rotations"][0], minute["rotations"][59], minute["rotations"].Sum()).Should().Be((5, 2, 7));
        minute["reissues"][59].Should().Be(1);
        minute["issues"].Should().OnlyContain(count => count == 0);

        _time.Advance(TimeSpan.FromSeconds(1));
        var next = _counters.LastMinute()["rotations"];
        (next[58], next[59], next.Sum()).Should().Be((2, 0, 2), "the oldest second has left");
        Exchange(ExchangeOutcome.Rotated, 3);
        _counters.LastMinute()["rotations"][59].Should().Be(3, "the place of the oldest second is used again");
        _counters.Read().Totals["rotations"].Should().Be(10);

        void Exchange(ExchangeOutcome outcome, int times) => exchanges.Add(times, new KeyValuePair<string, object?>("outcome", outcome.ToCode()));
    }

    [Test]
    public void Meters_of_others_are_left_out()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create(RotationTelemetry.MeterName).CreateCounter<long>(RotationTelemetry.Issues).Add(1);
        _factory.Create("Other").CreateCounter<long>(RotationTelemetry.Issues).Add(1);

        _counters.Read().Totals["issues"].Should().Be(0);
    }
}
