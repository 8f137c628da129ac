namespace RefreshTokenRotation.AspNetCore;

/// <summary>Which tenant a request is for, and which tenant its caller belongs to. One rule for the OAuth endpoints, the management endpoints, the session
/// endpoints, the <see cref="AccessTokenVerifier"/> and the deny list: the caller's tenant must be the request's, the empty tenant included. Validated when
/// the host starts.</summary>
public sealed class TenantOptions
{
    /// <summary>The tenant of a request, by host name or route value for instance.</summary>
    /// <value>Default: empty, for hosts without tenants.</value>
    public Func<HttpContext, string> ResolveTenant { get; set; } = static _ => string.Empty;

    /// <summary>The claim of a principal or an access token that names its tenant.</summary>
    /// <value>Default: <see cref="IAccessTokenIssuer.TenantClaim"/>, or if that is null too, <c>org_id</c>. If both are set they must be the same.</value>
    public string? TenantClaim { get; set; }

    /// <summary>Whether a principal without a tenant claim may use the management and session endpoints of every tenant.</summary>
    /// <value>Default: no, only those of the empty tenant.</value>
    public bool AllowPrincipalsWithoutTenant { get; set; }
}
