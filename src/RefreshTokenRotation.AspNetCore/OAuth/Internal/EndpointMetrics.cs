using System.Diagnostics.Metrics;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The instruments of <see cref="EndpointTelemetry"/>.</summary>
internal sealed class EndpointMetrics(Meter meter) : IDisposable
{
    private readonly Counter<long> _failures = meter.CreateCounter<long>(EndpointTelemetry.AuthenticationFailures, "{request}", "Requests whose caller failed to authenticate, by reason.");
    private readonly Counter<long> _lost = meter.CreateCounter<long>(EndpointTelemetry.SecurityEventsLost, "{event}", "Security events that reached no receiver, by reason.");

    public void Dispose() => meter.Dispose();

    public void AuthenticationFailed(string method, string reason) => _failures.TryAdd(1, new("method", method), new("reason", reason));

    public void SecurityEventLost(string reason) => _lost.TryAdd(1, new KeyValuePair<string, object?>("reason", reason));
}
