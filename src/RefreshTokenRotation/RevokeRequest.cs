namespace RefreshTokenRotation;

/// <summary>A client's request to end a family (RFC 7009). The host must already have authenticated the client.</summary>
/// <remarks>No key is required, even if the family is bound to one: anyone who holds a token may give it up. A host that wants a proof checks it first.</remarks>
public sealed class RevokeRequest
{
    /// <summary>Any token that the family ever issued.</summary>
    public required RefreshToken RefreshToken { get; init; }

    /// <summary>The authenticated client.</summary>
    public required string ClientId { get; init; }

    /// <summary>The tenant. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>Whether the grant ends: every family of the user, client and resource servers whose log-in was before the revocation. Default: no,
    /// only the token's family.</summary>
    public bool EndGrant { get; init; }
}
