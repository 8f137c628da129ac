namespace RefreshTokenRotation.Client;

/// <summary>A session as it was read.</summary>
internal sealed record StoredSession(Guid Version, SessionData Data)
{
    /// <summary>Shows no token.</summary>
    public override string ToString() => "stored session (redacted)";
}
