namespace RefreshTokenRotation.Jwt;

/// <summary>This library's own claims, and the ones that no <see cref="IClaimsSource"/> may set.</summary>
public static class JwtClaims
{
    /// <summary>The family that the access token came with, as 32 hexadecimal digits: what a deny list asks for.</summary>
    public const string FamilyId = AccessTokenClaims.FamilyId;

    /// <summary>The generation of the refresh token that went out with the access token: what
    /// <see cref="ITokenFamilyManager.ConfirmUseAsync"/> takes.</summary>
    public const string Generation = AccessTokenClaims.Generation;

    /// <summary>The claim that names the tenant, unless the options say otherwise.</summary>
    public const string DefaultTenant = "org_id";

    private static readonly HashSet<string> Protocol =
    [
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "auth_time", "acr", "amr", "sid", "cnf",
        "nonce", "azp", "at_hash", "c_hash", "s_hash", FamilyId, Generation,
    ];

    /// <summary>Whether the library sets this claim itself, in one token or the other. The claim that names the tenant is one more.</summary>
    internal static bool IsProtocolClaim(string name) => Protocol.Contains(name);
}
