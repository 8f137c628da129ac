using Microsoft.AspNetCore.Authentication;

namespace RefreshTokenRotation.AspNetCore;

/// <summary>Which access tokens an API accepts, and how their claims are mapped. Validated when the host starts.</summary>
public sealed class RotationBearerOptions : AuthenticationSchemeOptions
{
    /// <summary>The name of the HTTP client that reads an <see cref="Authority"/>'s metadata, for hosts that configure it further.</summary>
    public const string AuthorityClientName = "RefreshTokenRotation.Authority";

    /// <summary>The issuer whose tokens are accepted (<c>iss</c>), for an API in another host. Its public keys come from its metadata (RFC 8414, or
    /// OpenID Connect Discovery), are kept for an hour, and are read again when a token names a key that is not known.</summary>
    /// <value>Default: null, the <see cref="IAccessTokenIssuer"/> of this host reads the tokens. Otherwise an absolute https address, or http on this machine,
    /// exactly as in the issuer's tokens.</value>
    public string? Authority { get; set; }

    /// <summary>The API's own identifiers: an access token must be for one of these (<c>aud</c>, RFC 9068 section 4).</summary>
    /// <value>Default: empty, <see cref="IAccessTokenIssuer.DefaultAudience"/>. Required if <see cref="Authority"/> is set.</value>
    public IList<string> Audiences { get; } = [];

    /// <summary>Whether authentication rejects tokens of ended families, whatever the order of middleware. It asks this host's token store, or the
    /// source that you chose with <c>AddResourceServer()</c>. If there is neither, a warning is logged once, and tokens are accepted until
    /// they expire.</summary>
    /// <value>Default: true.</value>
    public bool UseDenyList { get; set; } = true;

    /// <summary>The claim that is the user's name (<c>User.Identity.Name</c>).</summary>
    /// <value>Default: <c>sub</c>.</value>
    public string NameClaimType { get; set; } = "sub";

    /// <summary>The claim that names a role (<c>User.IsInRole</c>, <c>RequireRole</c>).</summary>
    /// <value>Default: <c>roles</c> (RFC 9068 section 2.2.3.1).</value>
    public string RoleClaimType { get; set; } = "roles";
}

/// <summary>The scheme that <c>AddRotationBearer()</c> adds if it is given no other name.</summary>
public static class RotationBearerDefaults
{
    /// <summary>The name of the scheme.</summary>
    public const string AuthenticationScheme = "Bearer";
}
