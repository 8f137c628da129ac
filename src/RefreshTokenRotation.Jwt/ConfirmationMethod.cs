namespace RefreshTokenRotation.Jwt;

/// <summary>What a token's key is: the member of <c>cnf</c> that holds its thumbprint.</summary>
public enum ConfirmationMethod
{
    /// <summary>A DPoP key: <c>jkt</c> (RFC 9449 section 6.1). The token's type is <c>DPoP</c>.</summary>
    DPoP,

    /// <summary>A client certificate: <c>x5t#S256</c> (RFC 8705 section 3.1). The token's type is <c>Bearer</c>.</summary>
    MutualTls,
}
