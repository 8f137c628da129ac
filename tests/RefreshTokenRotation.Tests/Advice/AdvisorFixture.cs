using System.Diagnostics.Metrics;
using RefreshTokenRotation.Advice;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Advice;

/// <summary>An advisor that gets the events of an engine.</summary>
internal abstract class AdvisorFixture
{
    private RotationMetrics _metrics = null!;

    protected Engine Played { get; private set; } = null!;

    protected RotationAdvisor Advisor { get; private set; } = null!;

    [SetUp]
    public void SetUp()
    {
        Played = new Engine(RotationPolicy.Spa);
        _metrics = new RotationMetrics(new Meter(RotationTelemetry.MeterName));
        Advisor = new RotationAdvisor(Played.Time, new RandomSource(), _metrics);
    }

    [TearDown]
    public void TearDown()
    {
        Played.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Tells the advisor what happened since the last time, and asks it.</summary>
    protected async Task<ClientUsage> UsageAsync(string client = Engine.Client)
    {
        foreach (var told in Played.Events.All)
        {
            await Advisor.HandleAsync(told, CancellationToken.None);
        }

        Played.Events.Clear();
        return (await Advisor.GetAsync(client)).Usage;
    }
}
