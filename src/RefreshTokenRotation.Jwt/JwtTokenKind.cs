namespace RefreshTokenRotation.Jwt;

/// <summary>The kind of token that claims are added to.</summary>
public enum JwtTokenKind
{
    /// <summary>The access token (RFC 9068), for resource servers.</summary>
    AccessToken,

    /// <summary>The ID token (OpenID Connect Core section 2), for the client.</summary>
    IdToken,
}
