namespace RefreshTokenRotation.AspNetCore;

/// <summary>How a client authenticates at the endpoints.</summary>
public enum ClientAuthenticationMethod
{
    /// <summary>It does not: a public client (<c>none</c>).</summary>
    None = 1,

    /// <summary>A secret, by Basic or in the body (<c>client_secret_basic</c>, <c>client_secret_post</c>; RFC 6749 section 2.3.1).</summary>
    ClientSecret = 2,

    /// <summary>A signed assertion (<c>private_key_jwt</c>; RFC 7523 section 2.2).</summary>
    PrivateKeyJwt = 3,
}
