namespace RefreshTokenRotation;

/// <summary>Why a family was revoked. The numbers are stored; <see cref="ReasonCodes"/> gives the public code of each.</summary>
public enum RevocationReason
{
    /// <summary>An invalidated token came back (RFC 9700 section 4.14.2).</summary>
    ReuseDetected = 1,

    /// <summary>The client asked, with a token of the family (RFC 7009).</summary>
    ClientRequest = 2,

    /// <summary>The user ended the session, from a list of devices for instance.</summary>
    User = 3,

    /// <summary>An operator or the host ended the session.</summary>
    Administrator = 4,

    /// <summary>The user's session at the host ended.</summary>
    SessionEnded = 5,

    /// <summary>The user's credentials changed.</summary>
    CredentialsChanged = 6,

    /// <summary>The authorization code that the family came from was used twice (RFC 6749 section 4.1.2).</summary>
    AuthorizationCodeReused = 7,

    /// <summary>The cap on active families per user and client was exceeded.</summary>
    Evicted = 8,

    /// <summary>Another reusable token of the same client, user and resource was converted to a rotating one.</summary>
    Migrated = 9,
}
