namespace RefreshTokenRotation;

/// <summary>The stable codes of reasons and outcomes, for logs, metrics and support. They never change.</summary>
public static class ReasonCodes
{
    /// <summary>The code of a rejection.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>A lower-case code such as <c>client_mismatch</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is not a named value.</exception>
    public static string ToCode(this RejectionReason reason) => reason switch
    {
        RejectionReason.Unknown => "unknown",
        RejectionReason.ClientMismatch => "client_mismatch",
        RejectionReason.SenderMismatch => "sender_mismatch",
        RejectionReason.Revoked => "revoked",
        RejectionReason.Expired => "expired",
        RejectionReason.InvalidScope => "invalid_scope",
        RejectionReason.InvalidTarget => "invalid_target",
        RejectionReason.ReuseDetected => "reuse_detected",
        RejectionReason.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a named reason."),
    };

    /// <summary>The code of a revocation.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>A lower-case code such as <c>reuse_detected</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is not a named value.</exception>
    public static string ToCode(this RevocationReason reason) => reason switch
    {
        RevocationReason.ReuseDetected => "reuse_detected",
        RevocationReason.ClientRequest => "client_request",
        RevocationReason.User => "user",
        RevocationReason.Administrator => "administrator",
        RevocationReason.SessionEnded => "session_ended",
        RevocationReason.CredentialsChanged => "credentials_changed",
        RevocationReason.AuthorizationCodeReused => "authorization_code_reused",
        RevocationReason.Evicted => "evicted",
        RevocationReason.Migrated => "migrated",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a named reason."),
    };

    /// <summary>The code of a successful exchange.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>A lower-case code such as <c>rotated</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outcome"/> is not a named value.</exception>
    public static string ToCode(this ExchangeOutcome outcome) => outcome switch
    {
        ExchangeOutcome.Rotated => "rotated",
        ExchangeOutcome.Used => "used",
        ExchangeOutcome.ConvertedToRotating => "converted_to_rotating",
        ExchangeOutcome.ConvertedToNonRotating => "converted_to_non_rotating",
        ExchangeOutcome.Reissued => "reissued",
        ExchangeOutcome.Recovered => "recovered",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a named outcome."),
    };
}
