namespace AuthorizationServer.Flows.Device;

/// <summary>A device that waits for its user.</summary>
internal sealed record DeviceAuthorization
{
    public required string ClientId { get; init; }

    public required string UserCode { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public required string AuthorizationId { get; init; }

    public DeviceState State { get; init; } = DeviceState.Pending;

    /// <summary>How long the device must wait between two questions; it grows when it does not.</summary>
    public TimeSpan Interval { get; init; }

    public DateTimeOffset? LastAskedAt { get; init; }

    public string? Subject { get; init; }

    public string? SessionId { get; init; }

    public DateTimeOffset? AuthenticatedAt { get; init; }
}
