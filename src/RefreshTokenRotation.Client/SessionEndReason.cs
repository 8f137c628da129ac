namespace RefreshTokenRotation.Client;

/// <summary>Why there is no longer a session. A server need not say: RFC 6749 has one response for all causes.</summary>
public enum SessionEndReason
{
    /// <summary>The server rejected the refresh token without a cause.</summary>
    Unspecified,

    /// <summary>The server saw a superseded refresh token and revoked the session.</summary>
    Reuse,

    /// <summary>The session's lifetime is over.</summary>
    Expired,

    /// <summary>The user or an administrator revoked the session.</summary>
    Revoked,

    /// <summary>No session is stored: nobody has signed in yet, somebody signed out, or the stored session can't be decrypted.</summary>
    NotSignedIn,
}
