namespace RefreshTokenRotation.AspNetCore.Management;

/// <summary>Records who changed what through the management endpoints. The default writes a structured log entry for each change, of the category
/// <c>RefreshTokenRotation.ManagementAudit</c>, with event ids that never change (311 to 314 and 317; 316 for a change that failed).</summary>
/// <remarks>It is called once after every change, also after one that failed; rejected requests change nothing and are not reported. The response waits
/// for it, so keep it fast. If it throws, the exception is logged as an error (315), and the response stays the same: the change has been made. Register it as a
/// singleton; calls may run in parallel.</remarks>
public interface IManagementAudit
{
    /// <summary>Records one change.</summary>
    /// <param name="entry">The change. No secret is in it.</param>
    /// <param name="cancellationToken">Never cancelled: the change is recorded even if the administrator disconnects.</param>
    /// <returns>A task that ends when the entry is recorded.</returns>
    ValueTask RecordAsync(ManagementAuditEntry entry, CancellationToken cancellationToken);
}

/// <summary>One change that was made, or tried, through the management endpoints.</summary>
public sealed record ManagementAuditEntry
{
    /// <summary>What was done.</summary>
    public required ManagementOperation Operation { get; init; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset OccurredAt { get; init; }

    /// <summary>The actor: the principal's <c>sub</c>, else its <c>client_id</c> or <c>azp</c>; null if it names none.</summary>
    public string? Actor { get; init; }

    /// <summary>Whether it was done. False: the store failed, and some or all of it may have been done.</summary>
    public bool Succeeded { get; init; }

    /// <summary>The tenant; empty for hosts without tenants.</summary>
    public string TenantId { get; init; } = string.Empty;

    /// <summary>The client that was named; null if none was.</summary>
    public string? ClientId { get; init; }

    /// <summary>The user that was named; null if none was.</summary>
    public string? UserId { get; init; }

    /// <summary>The resource server that was named, empty for none at all; null if the request named none.</summary>
    public string? Audience { get; init; }

    /// <summary>The session that was named; null if none was.</summary>
    public string? SessionId { get; init; }

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

/// <summary>What a management request changed. The numbers never change.</summary>
public enum ManagementOperation
{
    /// <summary>Settings of a client were set.</summary>
    ClientSettingsChanged = 1,

    /// <summary>Settings of a client were removed: the options decide again.</summary>
    ClientSettingsReset = 2,

    /// <summary>A device credential was deleted, and its grant with it.</summary>
    DeviceCredentialDeleted = 3,

    /// <summary>A grant was deleted.</summary>
    GrantDeleted = 4,

    /// <summary>Every grant of a user was deleted.</summary>
    UserGrantsDeleted = 5,

    /// <summary>One refresh token was revoked.</summary>
    RefreshTokenRevoked = 6,

    /// <summary>Every refresh token of a user was revoked.</summary>
    UserRefreshTokensRevoked = 7,

    /// <summary>Refresh tokens were revoked in bulk.</summary>
    RefreshTokensRevoked = 8,

    /// <summary>The metadata of a refresh token was replaced.</summary>
    RefreshTokenMetadataChanged = 9,

    /// <summary>A user's sessions were ended, one or all, with their refresh tokens unless these were to stay.</summary>
    UserAccessRevoked = 10,
}
