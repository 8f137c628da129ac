namespace RefreshTokenRotation;

/// <summary>A question about a refresh token (RFC 7662). The host has checked that the caller may ask.</summary>
public sealed class IntrospectRequest
{
    /// <summary>The token in question.</summary>
    public required RefreshToken RefreshToken { get; init; }

    /// <summary>The tenant. Default: empty, for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;
}
