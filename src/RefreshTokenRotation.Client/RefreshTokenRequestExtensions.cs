namespace RefreshTokenRotation.Client;

/// <summary>What a single request asks of the refresh token handler.</summary>
public static class RefreshTokenRequestExtensions
{
    internal static readonly HttpRequestOptionsKey<TokenTarget> Target = new("RefreshTokenRotation.Client.Target");
    internal static readonly HttpRequestOptionsKey<string> Session = new("RefreshTokenRotation.Client.Session");
    internal static readonly HttpRequestOptionsKey<bool> Repeatable = new("RefreshTokenRotation.Client.Repeatable");

    /// <summary>Uses an access token for this resource and scope (RFC 8707; RFC 6749, section 3.3) instead of the handler's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">The resource and scope.</param>
    public static void SetTokenTarget(this HttpRequestMessage request, TokenTarget target)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Target, target);
    }

    /// <summary>Uses this session instead of the current caller's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sessionId">The session.</param>
    public static void SetTokenSession(this HttpRequestMessage request, string sessionId)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(sessionId);
        request.Options.Set(Session, sessionId);
    }

    /// <summary>Says whether the body can be sent twice, if its type doesn't show that.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isRepeatable">True for a stream that can seek; false to never send the request again.</param>
    public static void SetBodyRepeatable(this HttpRequestMessage request, bool isRepeatable)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Set(Repeatable, isRepeatable);
    }
}
