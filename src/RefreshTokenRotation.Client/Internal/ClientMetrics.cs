using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Client;

/// <summary>Metrics, spans and logs of flights.</summary>
internal sealed class ClientMetrics : IDisposable
{
    private static readonly ActivitySource Source = new(RefreshTokenClientTelemetry.ActivitySourceName);

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _ended;
    private readonly TimeProvider _time;

    public ClientMetrics(IMeterFactory meters, ILogger<RefreshTokenClient> logger, TimeProvider time)
    {
        (Logger, _time) = (logger, time);
        _meter = meters.Create(RefreshTokenClientTelemetry.MeterName);
        _duration = _meter.CreateHistogram<double>(RefreshTokenClientTelemetry.RefreshDuration, "s");
        _retries = _meter.CreateCounter<long>(RefreshTokenClientTelemetry.Retries, "{request}");
        _ended = _meter.CreateCounter<long>(RefreshTokenClientTelemetry.SessionsEnded, "{session}");
    }

    public ILogger Logger { get; }

    public Flight Begin(string client)
    {
        var activity = Source.StartActivity("refresh", ActivityKind.Client);
        activity?.SetTag("client", client);
        return new Flight(activity, _time.GetTimestamp());
    }

    public void End(Flight flight, string client, TokenResult result)
    {
        var outcome = result switch
        {
            TokenResult.Succeeded => "succeeded",
            TokenResult.SessionEnded => "session_ended",
            TokenResult.LoginRequired => "login_required",
            TokenResult.Unavailable => "unavailable",
            _ => "refused",
        };
        _duration.Record(_time.GetElapsedTime(flight.Began).TotalSeconds, new("client", client), new("outcome", outcome));
        flight.Activity?.SetTag("outcome", outcome);
        if (result is not TokenResult.Succeeded)
        {
            flight.Activity?.SetStatus(ActivityStatusCode.Error);
        }
    }

    public void Retried(string client, string cause)
    {
        _retries.Add(1, new("client", client), new("cause", cause));
        Logger.Retried(client, cause);
    }

    public void SessionEnded(string client, SessionEndReason reason)
    {
        _ended.Add(1, new("client", client), new("reason", reason.ToString()));
        Logger.SessionEnded(client, reason);
    }

    public void Dispose() => _meter.Dispose();

    internal readonly record struct Flight(Activity? Activity, long Began) : IDisposable
    {
        public void Dispose() => Activity?.Dispose();
    }
}
