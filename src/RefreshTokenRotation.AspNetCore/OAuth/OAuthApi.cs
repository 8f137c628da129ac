namespace RefreshTokenRotation.AspNetCore;

/// <summary>A resource server that access tokens are for.</summary>
public sealed class OAuthApi
{
    /// <summary>Its identifier: <c>audience</c>, <c>resource</c> and <c>aud</c>; an absolute address without fragment (RFC 8707 section 2).</summary>
    public string Audience { get; set; } = string.Empty;

    /// <summary>Whether a family may be started for it. Default: no.</summary>
    public bool AllowOfflineAccess { get; set; }

    /// <summary>The scopes that it knows, in addition to those of OpenID Connect. A token for it gets no others, even if a grant type handler grants them.
    /// Default: empty, any scope.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>The lifetime of its access tokens. Default: the issuer's.</summary>
    public TimeSpan? AccessTokenLifetime { get; set; }
}
