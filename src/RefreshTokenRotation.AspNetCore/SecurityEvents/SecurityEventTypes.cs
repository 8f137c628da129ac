namespace RefreshTokenRotation.AspNetCore;

/// <summary>The types of the security events that are sent (CAEP 1.0, RISC 1.0).</summary>
public static class SecurityEventTypes
{
    /// <summary>A session, or all of a user's, has ended (CAEP 1.0 section 3.1). Sent for every revocation; received ones end families.</summary>
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    /// <summary>A user's credential changed (CAEP 1.0 section 3.3). Sent when the host revokes with <see cref="RevocationReason.CredentialsChanged"/>.</summary>
    public const string CredentialChange = "https://schemas.openid.net/secevent/caep/event-type/credential-change";

    /// <summary>A user's credential was found in someone else's hands (RISC 1.0 section 2.7). Sent when reuse is detected, with the <c>credential_type</c>
    /// <c>refresh_token</c>.</summary>
    public const string CredentialCompromise = "https://schemas.openid.net/secevent/risc/event-type/credential-compromise";
}
