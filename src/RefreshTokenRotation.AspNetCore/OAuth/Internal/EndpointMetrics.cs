using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The instruments of <see cref="EndpointTelemetry"/>.</summary>
internal sealed class EndpointMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _lost;

    public EndpointMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(RotationTelemetry.MeterName) ?? new Meter(RotationTelemetry.MeterName);
        _failures = _meter.CreateCounter<long>(EndpointTelemetry.AuthenticationFailures, "{request}", "Requests whose caller proved nothing, by reason.");
        _lost = _meter.CreateCounter<long>(EndpointTelemetry.SecurityEventsLost, "{event}", "Security events that no receiver got, by reason.");
    }

    public void Dispose() => _meter.Dispose();

    public void AuthenticationFailed(string method, string reason) => Add(_failures, new("method", method), new("reason", reason));

    public void SecurityEventLost(string reason) => Add(_lost, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A listener that throws must not decide about a request.</summary>
    private static void Add(Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
#pragma warning disable RCS1075 // There is nobody left to tell.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}
