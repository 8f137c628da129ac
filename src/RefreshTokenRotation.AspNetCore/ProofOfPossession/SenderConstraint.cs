namespace RefreshTokenRotation.AspNetCore;

/// <summary>Which key a client must prove at the token endpoint, so that a copy of its tokens is worthless.</summary>
public enum SenderConstraint
{
    /// <summary>None. If the client proves a key anyway, its tokens are bound to it: a DPoP proof, or else a client certificate.</summary>
    None,

    /// <summary>A DPoP proof with each request (RFC 9449); needs <c>AddDPoP</c>. A client certificate binds nothing.</summary>
    DPoP,

    /// <summary>A client certificate on each connection (RFC 8705); needs <c>AddMutualTls</c>. A DPoP proof is rejected.</summary>
    MutualTls,
}
