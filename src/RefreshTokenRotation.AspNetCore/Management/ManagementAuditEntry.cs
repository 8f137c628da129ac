namespace RefreshTokenRotation.AspNetCore.Management;

/// <summary>One change that was made, or tried, through the management endpoints.</summary>
public sealed record ManagementAuditEntry
{
    /// <summary>What was done.</summary>
    public required ManagementOperation Operation { get; init; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>Who did it: the principal's <c>sub</c>, else its <c>client_id</c> or <c>azp</c>; null if it names none.</summary>
    public string? Actor { get; init; }

    /// <summary>Whether it was done. False: the store failed, and some or all of it may have been done.</summary>
    public bool Succeeded { get; init; }

    /// <summary>The tenant; empty for hosts that have one.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The client that was named; null if none was.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user that was named; null if none was.</summary>
    public string? UserId { get; init; }

    /// <summary>The resource server that was named, empty for none at all; null if the request named none.</summary>
    public string? Audience { get; init; }

    /// <summary>The families that were named.</summary>
    public IReadOnlyList<Guid> FamilyIds { get; init; } = [];

    /// <summary>How many families were ended, or clients and families were changed; 0 if there was nothing to do.</summary>
    public long Count { get; init; }

    /// <summary>The members of the client's settings that the request named; empty for a reset.</summary>
    public IReadOnlyList<string> ChangedMembers { get; init; } = [];

    /// <summary>The client's policy before the change; null for other operations.</summary>
    public RotationPolicy? Before { get; init; }

    /// <summary>The policy after the change; null for other operations and for a reset.</summary>
    public RotationPolicy? After { get; init; }

    /// <summary>Shows no user.</summary>
    /// <returns>The operation.</returns>
    public override string ToString() => Operation.ToString();
}
