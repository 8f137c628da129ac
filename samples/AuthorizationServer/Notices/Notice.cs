using RefreshTokenRotation;

namespace AuthorizationServer.Notices;

/// <summary>What a user is asked about: where a copy of their token was used, and whose session that ended. If it was on the device that used the session last, it was most likely a
/// program of the user's, such as an agent that runs as several processes.</summary>
internal sealed record Notice(
    string Subject, string ClientId, DateTimeOffset At, string? UserAgent, string? IpAddress, DateTimeOffset StartedAt, string? StartedWith, string? StartedFrom, bool LooksOwn)
{
    public static Notice Of(RefreshTokenEvent.ReuseDetected reuse, TokenFamilyInfo family) => new(
        family.Subject,
        family.ClientId,
        reuse.OccurredAt,
        reuse.Device?.UserAgent,
        reuse.Device?.IpAddress,
        family.CreatedAt,
        family.FirstDevice?.UserAgent,
        family.FirstDevice?.IpAddress,
        reuse.Device is { } device && device == (family.LastDevice ?? family.FirstDevice));
}
