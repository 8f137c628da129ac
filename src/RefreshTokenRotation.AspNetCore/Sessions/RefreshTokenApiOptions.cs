namespace RefreshTokenRotation.AspNetCore;

/// <summary>The settings of an API that has its own log-in and no OAuth clients. Validated when the host starts.</summary>
public sealed class RefreshTokenApiOptions
{
    /// <summary>The client id that the API's families belong to. The policy of this client applies.</summary>
    /// <value>Default: <c>app</c>. 1 to 255 characters.</value>
    public string ClientId { get; set; } = "app";

    /// <summary>How the refresh token travels.</summary>
    /// <value>Default: <see cref="RefreshTokenTransport.Body"/>.</value>
    public RefreshTokenTransport Transport { get; set; } = RefreshTokenTransport.Body;

    /// <summary>The name of the cookie, for <see cref="RefreshTokenTransport.Cookie"/>.</summary>
    /// <value>Default: <c>refresh_token</c>. 1 to 64 characters of <c>A-Za-z0-9_-</c>.</value>
    public string CookieName { get; set; } = "refresh_token";

    /// <summary>Other origins whose pages may send the cookie, such as <c>https://app.example</c>. They must be of the same site, and CORS with
    /// credentials must allow them.</summary>
    /// <value>Default: none, so only the API's own pages.</value>
    public IList<string> AllowedOrigins { get; } = [];
}
