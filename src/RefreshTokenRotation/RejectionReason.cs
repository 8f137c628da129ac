namespace RefreshTokenRotation;

/// <summary>Why a token was rejected. <see cref="ReasonCodes"/> gives the public code of each.</summary>
public enum RejectionReason
{
    /// <summary>Malformed, never issued, of another tenant, deleted, or tampered with.</summary>
    Unknown = 1,

    /// <summary>It belongs to another client. Nothing was consumed or revoked.</summary>
    ClientMismatch = 2,

    /// <summary>It is bound to a key, and the caller proved another key or none. Nothing was consumed or revoked.</summary>
    SenderMismatch = 3,

    /// <summary>Its family was revoked earlier.</summary>
    Revoked = 4,

    /// <summary>Its absolute or idle lifetime is over.</summary>
    Expired = 5,

    /// <summary>The requested scope is malformed or exceeds the grant, or the host allows none of it. Nothing was consumed (RFC 6749 section 6).</summary>
    InvalidScope = 6,

    /// <summary>The requested resource is outside the grant and the client's policy, or the host does not serve it. Nothing was consumed (RFC 8707 section 2).</summary>
    InvalidTarget = 7,

    /// <summary>An invalidated token came back: theft. The family is revoked, unless the policy is in shadow mode (RFC 9700 section 4.14.2).</summary>
    ReuseDetected = 8,

    /// <summary>One of your hooks, or your <see cref="ExchangeRequest.CreateAccessToken"/>, rejected the exchange. Nothing was consumed.</summary>
    Refused = 9,
}
