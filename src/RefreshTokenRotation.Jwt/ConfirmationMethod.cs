namespace RefreshTokenRotation.Jwt;

/// <summary>The kind of a token's key: the member of <c>cnf</c> that contains its thumbprint.</summary>
public enum ConfirmationMethod
{
    /// <summary>A DPoP key: <c>jkt</c> (RFC 9449 section 6.1). The token's type is <c>DPoP</c>.</summary>
    DPoP,

    /// <summary>A client certificate: <c>x5t#S256</c> (RFC 8705 section 3.1). The token's type is <c>Bearer</c>.</summary>
    MutualTls,
}
