namespace RefreshTokenRotation.AspNetCore;

/// <summary>The public names of the endpoints' metrics, on the meter <see cref="RotationTelemetry.MeterName"/>. They never change. None of them holds a
/// token, a client or a subject.</summary>
public static class EndpointTelemetry
{
    /// <summary>Counter: requests whose caller failed to authenticate, by <c>method</c> (<c>client_secret</c>, <c>private_key_jwt</c>, <c>none</c>, <c>dpop</c>) and
    /// <c>reason</c>, a stable code such as <c>wrong_secret</c>, <c>audience</c> or <c>clock</c>.</summary>
    public const string AuthenticationFailures = "refresh_token_rotation.endpoints.authentication_failures";

    /// <summary>Counter: security events that reached no receiver, by <c>reason</c>: <c>overflow</c> (the queue was full) or <c>refused</c> (the receiver
    /// returned 400).</summary>
    public const string SecurityEventsLost = "refresh_token_rotation.security_events.lost";
}
