namespace RefreshTokenRotation.Jwt;

/// <summary>How a token is signed (RFC 7518 section 3.1). There is no <c>none</c>, and no algorithm with which a validator could sign.</summary>
public enum SigningAlgorithm
{
    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256: what every validator knows.</summary>
    RS256,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256,

    /// <summary>ECDSA on P-256 with SHA-256: the cheapest to sign by far, with the shortest signature.</summary>
    ES256,
}
