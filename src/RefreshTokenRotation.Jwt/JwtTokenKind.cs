namespace RefreshTokenRotation.Jwt;

/// <summary>Which token claims are wanted for.</summary>
public enum JwtTokenKind
{
    /// <summary>The access token (RFC 9068), for resource servers.</summary>
    AccessToken,

    /// <summary>The ID token (OpenID Connect Core section 2), for the client.</summary>
    IdToken,
}
