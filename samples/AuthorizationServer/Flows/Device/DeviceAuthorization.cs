namespace AuthorizationServer.Flows.Device;

/// <summary>A device that waits for its user.</summary>
internal sealed record DeviceAuthorization
{
    // Timers fire early, and a slow request may be followed by a fast one.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    public required string ClientId { get; init; }

    public required string UserCode { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public DeviceState State { get; init; } = DeviceState.Pending;

    /// <summary>How long the device must wait between two polls. It grows each time the device polls too soon.</summary>
    public TimeSpan Interval { get; init; }

    public DateTimeOffset? LastAskedAt { get; init; }

    /// <summary>Whether a poll now is too soon.</summary>
    public bool IsTooSoon(DateTimeOffset now) => now - LastAskedAt < Interval - Jitter;

    public string? Subject { get; init; }

    public string? SessionId { get; init; }

    public DateTimeOffset? AuthenticatedAt { get; init; }
}
