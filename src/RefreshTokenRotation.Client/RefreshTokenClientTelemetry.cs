namespace RefreshTokenRotation.Client;

/// <summary>The names of the client's metrics and spans. Their tags hold the client's name, outcomes and causes; never a token, a session or a user.</summary>
public static class RefreshTokenClientTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "RefreshTokenRotation.Client";

    /// <summary>The name of the activity source; one span per refresh.</summary>
    public const string ActivitySourceName = "RefreshTokenRotation.Client";

    /// <summary>A histogram, in seconds, of refreshes by client and outcome: <c>succeeded</c>, <c>session_ended</c>, <c>login_required</c>, <c>unavailable</c>, <c>refused</c>.</summary>
    public const string RefreshDuration = "refresh_token_client.refresh.duration";

    /// <summary>A counter of tokens presented again because a response may be lost, by client and cause.</summary>
    public const string Retries = "refresh_token_client.retries";

    /// <summary>A counter of ended sessions by client and reason.</summary>
    public const string SessionsEnded = "refresh_token_client.sessions.ended";
}
