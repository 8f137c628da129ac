using System.Diagnostics.Metrics;
using AuthorizationServer.Admin;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;

namespace AuthorizationServer.Tests.Operator;

/// <summary>What the administrator's page counts.</summary>
[TestFixture]
internal sealed class LiveCountersTests
{
    private ServiceProvider _services = null!;
    private LiveCounters _counters = null!;
    private IMeterFactory _factory = null!;

    [SetUp]
    public void SetUp()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<LiveCounters>().BuildServiceProvider();
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
    public void Meters_of_others_are_left_out()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create(RotationTelemetry.MeterName).CreateCounter<long>(RotationTelemetry.Issues).Add(1);
        _factory.Create("Other").CreateCounter<long>(RotationTelemetry.Issues).Add(1);

        _counters.Read().Totals["issues"].Should().Be(0);
    }
}
