namespace RefreshTokenRotation.AspNetCore;

/// <summary>An OAuth client. Values are compared exactly (RFC 6749).</summary>
public sealed class OAuthClient
{
    /// <summary>Its name at the endpoints (<c>client_id</c>).</summary>
    public string ClientId { get; set; } = string.Empty;

    /// <summary>How it authenticates. Default: not at all, a public client.</summary>
    public ClientAuthenticationMethod AuthenticationMethod { get; set; } = ClientAuthenticationMethod.None;

    /// <summary>What <see cref="ClientSecret.Hash"/> made of its secrets; any of them is accepted, so that a secret can be replaced without an outage. For a
    /// configuration file: <c>sha256:</c> and the base64url of the SHA-256 of the secret. Default: none.</summary>
    public IReadOnlyList<string> SecretHashes { get; set; } = [];

    /// <summary>Its public keys for <c>private_key_jwt</c>, as a JSON Web Key Set (RFC 7517). Default: none.</summary>
    public string? JsonWebKeySet { get; set; }

    /// <summary>The grants that it may use at the token endpoint. Default: only <c>refresh_token</c>.</summary>
    public IReadOnlyList<string> GrantTypes { get; set; } = ["refresh_token"];

    /// <summary>The API of requests that name none. Default: none.</summary>
    public string? DefaultAudience { get; set; }

    /// <summary>The origins, such as <c>https://app.example</c>, whose scripts may read responses of the token and revocation endpoints (CORS).
    /// A preflight names no client, so it admits every origin: requests from other origins are carried out, but their scripts can't read the response. Default:
    /// none.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Whether it may introspect tokens (RFC 7662 section 2.1): access tokens for its <see cref="Audiences"/>, and its own refresh tokens. A public
    /// client never may. Default: no.</summary>
    public bool AllowIntrospection { get; set; }

    /// <summary>The APIs whose access tokens it may introspect. Default: none.</summary>
    public IReadOnlyList<string> Audiences { get; set; } = [];

    /// <summary>Whether <see cref="AllowIntrospection"/> reaches the tokens of every client and API of the tenant. Default: no.</summary>
    public bool IntrospectsAllTokens { get; set; }

    /// <summary>Whether it may end every session of any user of its tenant (<c>MapGlobalTokenRevocation</c>): for incident tools and identity providers, never for apps.
    /// A public client never may. Default: no.</summary>
    public bool AllowGlobalRevocation { get; set; }

    /// <summary>Whether each of its token requests must prove a key. Default: it may prove one, but need not.</summary>
    public SenderConstraint SenderConstraint { get; set; } = SenderConstraint.None;

    /// <summary>The status of a rejected refresh token of this client: 400 (RFC 6749 section 5.2), or 403 for software that expects Auth0's status.
    /// Default: <see cref="RefreshTokenEndpointOptions.RefusedTokenStatusCode"/>.</summary>
    public int? RefusedTokenStatusCode { get; set; }

    /// <summary>The host's own data: redirect addresses, a display name. The endpoints ignore it. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
