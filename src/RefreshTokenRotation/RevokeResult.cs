namespace RefreshTokenRotation;

/// <summary>What a revocation by token found.</summary>
public enum RevokeResult
{
    /// <summary>The family was not revoked before, and is now.</summary>
    Revoked = 1,

    /// <summary>There is nothing to end: unknown, malformed, of another tenant, or revoked before. A success for the client (RFC 7009 section 2.2).</summary>
    NothingToRevoke = 2,

    /// <summary>The token belongs to another client; nothing was revoked (RFC 7009 section 2.1).</summary>
    ClientMismatch = 3,
}
