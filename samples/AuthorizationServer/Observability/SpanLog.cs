using System.Diagnostics;
using RefreshTokenRotation;

namespace AuthorizationServer.Observability;

/// <summary>Writes each span of the library to the log, with the framework's own listener.</summary>
internal sealed partial class SpanLog(ILogger<SpanLog> logger) : IHostedService, IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name == RotationTelemetry.ActivitySourceName,
        Sample = static (ref _) => ActivitySamplingResult.AllData,
    };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.ActivityStopped = activity => SpanEnded(
            activity.DisplayName,
            activity.GetTagItem("refresh_token_rotation.result") ?? activity.StatusDescription,
            activity.Duration.TotalMilliseconds,
            activity.TraceId,
            activity.SpanId);
        ActivitySource.AddActivityListener(_listener);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    [LoggerMessage(1, LogLevel.Information, "{Span}: {Result} in {Milliseconds:0.000} ms (trace {TraceId}, span {SpanId})")]
    private partial void SpanEnded(string span, object? result, double milliseconds, ActivityTraceId traceId, ActivitySpanId spanId);
}
