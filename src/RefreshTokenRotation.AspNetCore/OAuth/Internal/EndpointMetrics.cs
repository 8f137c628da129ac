using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The instruments of <see cref="EndpointTelemetry"/>.</summary>
internal sealed class EndpointMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _failures;

    public EndpointMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(RotationTelemetry.MeterName) ?? new Meter(RotationTelemetry.MeterName);
        _failures = _meter.CreateCounter<long>(EndpointTelemetry.AuthenticationFailures, "{request}", "Requests whose caller proved nothing, by reason.");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>A listener that throws must not decide about a request.</summary>
    public void AuthenticationFailed(string method, string reason)
    {
        try
        {
            _failures.Add(1, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("reason", reason));
        }
#pragma warning disable RCS1075 // There is nobody left to tell.
        catch (Exception)
        {
        }
#pragma warning restore RCS1075
    }
}
