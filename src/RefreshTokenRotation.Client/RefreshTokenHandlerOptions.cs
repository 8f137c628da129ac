namespace RefreshTokenRotation.Client;

/// <summary>How one <see cref="HttpClient"/> uses access tokens.</summary>
public sealed class RefreshTokenHandlerOptions
{
    /// <summary>The resource and scope of requests that name none.</summary>
    /// <value>Default: what the log-in granted.</value>
    public TokenTarget Target { get; set; }

    /// <summary>Which requests get the access token. Other requests pass unchanged.</summary>
    /// <value>Default: null, which means those with the scheme https, and http on the loopback.</value>
    public Func<HttpRequestMessage, bool>? AppliesTo { get; set; }

    /// <summary>Sends a request without a token if there is none, so that its 401 reaches the caller.</summary>
    /// <value>Default: false, which throws <see cref="TokenUnavailableException"/>.</value>
    public bool SendWithoutToken { get; set; }
}
