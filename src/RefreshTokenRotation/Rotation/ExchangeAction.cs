namespace RefreshTokenRotation.Rotation;

/// <summary>What an exchange does next: a row of the table at <see cref="ExchangeDecision.Decide"/>. The first row is decided by the parser.</summary>
internal enum ExchangeAction
{
    RejectUnknown = 2,
    RejectClientMismatch = 3,
    RejectSenderMismatch = 4,
    RejectRevoked = 5,
    RejectExpired = 6,
    RejectScopeOrTarget = 7,
    Rotate = 8,
    Use = 9,
    ConvertToRotating = 10,
    ConvertToReusable = 11,
    Reissue = 12,
    Recover = 13,
    DetectReuse = 14,
    RejectTampered = 15,
}
