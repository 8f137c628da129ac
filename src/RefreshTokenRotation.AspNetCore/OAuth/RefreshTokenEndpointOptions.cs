using System.Text.Json.Nodes;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>The settings of the endpoints, with their clients and resource servers. Validated when the host starts.</summary>
public sealed class RefreshTokenEndpointOptions
{
    /// <summary>The issuer's address (<c>iss</c>; RFC 8414 section 2), such as <c>https://login.example/</c>.</summary>
    /// <value>Default: <see cref="IAccessTokenIssuer.Issuer"/>, or if that is null too, the address of the request, which is right only if the host
    /// checks the Host header. If both are set they must be the same.</value>
    public string? Issuer { get; set; }

    /// <summary>Where the token endpoint is.</summary>
    /// <value>Default: <c>/oauth/token</c>.</value>
    public string TokenPath { get; set; } = "/oauth/token";

    /// <summary>Where the revocation endpoint is (RFC 7009).</summary>
    /// <value>Default: <c>/oauth/revoke</c>.</value>
    public string RevocationPath { get; set; } = "/oauth/revoke";

    /// <summary>Where the introspection endpoint is (RFC 7662).</summary>
    /// <value>Default: <c>/oauth/introspect</c>.</value>
    public string IntrospectionPath { get; set; } = "/oauth/introspect";

    /// <summary>Where <c>MapGlobalTokenRevocation()</c> puts the endpoint that revokes all tokens of a user (draft-parecki-oauth-global-token-revocation-06).</summary>
    /// <value>Default: <c>/oauth/global-token-revocation</c>.</value>
    public string GlobalRevocationPath { get; set; } = "/oauth/global-token-revocation";

    /// <summary>Where the metadata is (RFC 8414 section 3).</summary>
    /// <value>Default: <c>/.well-known/oauth-authorization-server</c>.</value>
    public string MetadataPath { get; set; } = "/.well-known/oauth-authorization-server";

    /// <summary>Where the public keys are (RFC 7517).</summary>
    /// <value>Default: <c>/.well-known/jwks.json</c>.</value>
    public string JwksPath { get; set; } = "/.well-known/jwks.json";

    /// <summary>The status of a rejected refresh token: 400 (RFC 6749 section 5.2), or 403, as at Auth0.</summary>
    /// <value>Default: 400.</value>
    public int RefusedTokenStatusCode { get; set; } = StatusCodes.Status400BadRequest;

    /// <summary>Whether bodies may be JSON objects too (<c>application/json</c>).</summary>
    /// <value>Default: no, forms only.</value>
    public bool AllowJsonBodies { get; set; }

    /// <summary>The largest body, in bytes.</summary>
    /// <value>Default: 32 KiB. From 1 KiB to 1 MiB.</value>
    public int MaximumBodySize { get; set; } = 32 * 1024;

    /// <summary>How long a client's assertion (<c>private_key_jwt</c>) may live, from now. Used ones are remembered for as long.</summary>
    /// <value>Default: 1 hour. From 1 minute to 1 day.</value>
    public TimeSpan AssertionLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether the <c>aud</c> of a client's assertion must be only the issuer, as one string (FAPI 2.0 security profile, section 5.3.2.1).</summary>
    /// <value>Default: no. The issuer, with or without the slash at its end, and the token endpoint are accepted, in an array too.</value>
    public bool AssertionAudienceIsIssuer { get; set; }

    /// <summary>Whether the revocation of an access token is rejected with <c>unsupported_token_type</c> (RFC 7009 section 2.2.1).</summary>
    /// <value>Default: no, the family that it came with ends (RFC 7009 section 2.1). A token that came with none is rejected.</value>
    public bool RefuseAccessTokenRevocation { get; set; }

    /// <summary>What <c>Retry-After</c> says when a store is down.</summary>
    /// <value>Default: 1 second. From 1 second to 1 hour, whole seconds.</value>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The clients, unless the host registers an <see cref="IOAuthClientStore"/>.</summary>
    /// <value>Default: none.</value>
    public IList<OAuthClient> Clients { get; } = [];

    /// <summary>The resource servers, unless the host registers an <see cref="IOAuthApiStore"/>.</summary>
    /// <value>Default: none.</value>
    public IList<OAuthApi> Apis { get; } = [];

    /// <summary>Whether the revocation of one token ends the grant: every family of the same user, client and resource servers, except those of a later
    /// log-in ("refresh token revocation deletes grant").</summary>
    /// <value>Default: no, only the token's family.</value>
    public bool RevocationEndsGrant { get; set; }

    /// <summary>Whether token responses carry <c>refresh_token_leeway</c>: for how many whole seconds after a rotation the replaced token is still accepted.
    /// A client then knows how long it may repeat a request whose response was lost. No standard names such a member; clients ignore those that they don't know
    /// (RFC 6749 section 5.1).</summary>
    /// <value>Default: no.</value>
    public bool StateLeeway { get; set; }

    /// <summary>Whether token responses with a refresh token, and introspection responses about one, say in seconds how long it may stay unused
    /// (<c>refresh_token_timeout</c>) and how long the authorization lasts (<c>authorization_expires_in</c>). The metadata then says so too
    /// (draft-ietf-oauth-refresh-token-expiration-03). A limit that the family does not have is left out.</summary>
    /// <value>Default: no.</value>
    public bool StateLifetimes { get; set; }

    /// <summary>Adds members to the metadata, such as <c>authorization_endpoint</c>, and changes or removes others. A member that ends in
    /// <c>_endpoint</c> or <c>_uri</c> may be a path that begins with <c>/</c>: it becomes an address of this server.</summary>
    /// <value>Default: null, nothing is added.</value>
    public Action<HttpContext, JsonObject>? ConfigureMetadata { get; set; }

    /// <summary>Ends sessions of a user at the host: the one with the id, or all of them if it is null. <c>POST /users/{id}/revoke-access</c> of the management
    /// endpoints, Global Token Revocation and received security events call it before they revoke refresh tokens; if it throws, the response is 503. It must also
    /// invalidate authorization codes of the session that nobody has redeemed yet.</summary>
    /// <value>Default: null, the host keeps no sessions. Then a request that preserves refresh tokens is rejected, because nothing would be left to do.</value>
    public Func<HttpContext, string, string?, ValueTask>? EndSessions { get; set; }

    /// <summary>What could not be read from the configuration, each with its path.</summary>
    internal IReadOnlyList<string> ConfigurationFailures { get; set; } = [];

    /// <summary>Whether the token endpoint takes DPoP proofs. A process that only verifies access tokens has their verifier without it.</summary>
    internal bool TakesProofs { get; set; }

    /// <summary>Whether the token endpoint binds to client certificates.</summary>
    internal bool TakesCertificates { get; set; }
}
