namespace RefreshTokenRotation.AspNetCore;

/// <summary>Which key a client must prove at the token endpoint, so that its tokens are worth nothing to who copies them.</summary>
public enum SenderConstraint
{
    /// <summary>None. What it proves all the same binds its tokens: a DPoP proof, or else a client certificate.</summary>
    None,

    /// <summary>A DPoP proof with each request (RFC 9449); needs <c>AddDPoP</c>. A client certificate binds nothing.</summary>
    DPoP,

    /// <summary>A client certificate on each connection (RFC 8705); needs <c>AddMutualTls</c>. A DPoP proof is refused.</summary>
    MutualTls,
}
