namespace RefreshTokenRotation;

/// <summary>The kind of key that a token is bound to. Thumbprints of both kinds look alike, so the kind is kept next to the thumbprint.</summary>
public enum SenderKeyKind
{
    /// <summary>The key of a DPoP proof: <c>cnf.jkt</c>, and the token's type is <c>DPoP</c> (RFC 9449 section 6.1).</summary>
    DPoP,

    /// <summary>A client certificate: <c>cnf.x5t#S256</c>, and the token's type is <c>Bearer</c> (RFC 8705 section 3.1).</summary>
    Certificate,
}
