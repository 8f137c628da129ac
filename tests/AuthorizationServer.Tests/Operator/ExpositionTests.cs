using System.Diagnostics.Metrics;
using AuthorizationServer.Observability;
using AuthorizationServer.Tests.Operator.Support;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation;

namespace AuthorizationServer.Tests.Operator;

/// <summary>What becomes of measurements in the text that a Prometheus reads.</summary>
[TestFixture]
internal sealed class ExpositionTests
{
    private ServiceProvider _services = null!;
    private MetricCollector _collector = null!;
    private Meter _meter = null!;

    [SetUp]
    public void SetUp()
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<MetricCollector>().BuildServiceProvider();
        _collector = _services.GetRequiredService<MetricCollector>();
        _meter = _services.GetRequiredService<IMeterFactory>().Create(RotationTelemetry.MeterName);
    }

    [TearDown]
    public void TearDown()
    {
        _meter.Dispose();
        _collector.Dispose();
        _services.Dispose();
    }

    [Test]
    public void Counter_adds_up_by_label()
    {
        var counter = _meter.CreateCounter<long>("things.done", "{thing}", "Things.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        counter.Add(1, new KeyValuePair<string, object?>("kind", "b"));

        var read = Read();

        read.Types["things_done_total"].Should().Be("counter");
        read.Value("things_done_total", ("kind", "a")).Should().Be(5);
        read.Value("things_done_total", ("kind", "b")).Should().Be(1);
    }

    [Test]
    public void Labels_and_help_are_escaped()
    {
        const string Nasty = "a\\b\"c\nd}e,f=\"\\n ü";
        var counter = _meter.CreateCounter<long>("nasty", null, "One\\two\nthree \"four\".");
        counter.Add(1, new KeyValuePair<string, object?>("what.ever", Nasty));

        Read().Value("nasty_total", ("what_ever", Nasty)).Should().Be(1);
        PrometheusText.Write(_collector.Metrics).Should().Contain("# HELP nasty_total One\\\\two\\nthree \"four\".\n");
    }

    [Test]
    public void Histogram_counts_each_value_at_and_below_its_bounds()
    {
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.00001, 0.1, 1] };
        var histogram = _meter.CreateHistogram<double>("wait", "s", "Waits.", [], advice);
        foreach (var value in (double[])[0.05, 0.1, 0.10001, 7])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("result", "rotated"));
        }

        var read = Read();

        read.Types["wait_seconds"].Should().Be("histogram");
        (string Bound, double Count)[] expected = [("1E-05", 0), ("0.1", 2), ("1", 3), ("+Inf", 4)];
        foreach (var (bound, count) in expected)
        {
            read.Value("wait_seconds_bucket", ("result", "rotated"), ("le", bound)).Should().Be(count, "of those up to {0}", bound);
        }

        read.Value("wait_seconds_sum", ("result", "rotated")).Should().BeApproximately(7.25001, 1e-9);
        read.Value("wait_seconds_count", ("result", "rotated")).Should().Be(4);
    }

    [Test]
    public void Meters_of_others_are_left_out()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var otherHost = others.GetRequiredService<IMeterFactory>().Create(RotationTelemetry.MeterName).CreateCounter<long>("other.host");
        var otherMeter = _services.GetRequiredService<IMeterFactory>().Create("Other").CreateCounter<long>("other.meter");
        var gauge = _meter.CreateUpDownCounter<long>("neither.counter.nor.histogram");
        otherHost.Add(1);
        otherMeter.Add(1);
        gauge.Add(1);

        _collector.Metrics.Should().BeEmpty();
    }

    [Test]
    public void Parallel_measurements_are_all_counted()
    {
        var counter = _meter.CreateCounter<long>("busy", null, "Busy.");
        var histogram = _meter.CreateHistogram<long>("long", null, "Long.");

        Parallel.For(0, 4, worker =>
        {
            for (var i = 0; i < 1000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("worker", worker % 2));
                histogram.Record(i);
            }
        });

        var read = Read();
        read.Value("busy_total", ("worker", "0")).Should().Be(2000);
        read.Value("busy_total", ("worker", "1")).Should().Be(2000);
        read.Value("long_count").Should().Be(4000);
        read.Value("long_sum").Should().Be(4 * 999 * 500);
    }

    private Exposition Read() => Exposition.Parse(PrometheusText.Write(_collector.Metrics));
}
