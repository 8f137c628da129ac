namespace RefreshTokenRotation;

/// <summary>Issues and validates the host's access tokens: JWTs (RFC 9068), opaque ones, or those that the host had before. The ASP.NET Core endpoints call it at
/// every exchange, before anything is written. Thread-safe.</summary>
public interface IAccessTokenIssuer
{
    /// <summary>The issuer that its tokens name (<c>iss</c>). The endpoints for ASP.NET Core use it as the server's own name, and don't start if
    /// their options name another.</summary>
    /// <value>Default: null, the tokens name no issuer. An absolute http or https address without query and fragment.</value>
    string? Issuer => null;

    /// <summary>The claim that names the tenant of its tokens. The endpoints for ASP.NET Core use it as the claim of every caller, and don't
    /// start if their options name another.</summary>
    /// <value>Default: null, the tokens have no such claim.</value>
    string? TenantClaim => null;

    /// <summary>The audience of tokens that were requested without a resource server. An API in the same host accepts these, unless it names its own.</summary>
    /// <value>Default: null, such tokens have no audience.</value>
    string? DefaultAudience => null;

    /// <summary>How long its access tokens live if no resource server asks for less. At startup the endpoints for ASP.NET Core compare it with policies whose
    /// leeway reaches over several generations.</summary>
    /// <value>Default: null, not known.</value>
    TimeSpan? DefaultLifetime => null;

    /// <summary>Makes an access token, and an ID token if the scope contains <c>openid</c>.</summary>
    /// <param name="request">The user, the client, and what the token is for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The token. An exception ends the request and consumes nothing.</returns>
    ValueTask<AccessToken> IssueAsync(AccessTokenRequest request, CancellationToken cancellationToken);

    /// <summary>Reads an access token of this issuer: its signature or its entry, and its lifetime; not whether the family is still active.</summary>
    /// <param name="accessToken">Any text that a caller presented.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What the token says, or null if it is not a valid access token of this issuer. An exception is an outage.</returns>
    ValueTask<ValidatedAccessToken?> ValidateAsync(string accessToken, CancellationToken cancellationToken);
}
