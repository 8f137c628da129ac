using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>The entries of the audit. Ids and members never change. No entry holds a token, a hash, a selector or the value of metadata.</summary>
internal static partial class ManagementLog
{
    [LoggerMessage(311, LogLevel.Information, "{Actor} set the refresh token settings of client {ClientId}, tenant '{TenantId}': {Members}; before {Before}, after {After}")]
    public static partial void SettingsChanged(this ILogger logger, string? actor, string? clientId, string tenantId, string members, string? before, string? after);

    [LoggerMessage(312, LogLevel.Information, "{Actor}: {Operation}, tenant '{TenantId}', user {UserId}, client {ClientId}, audience {Audience}, families {FamilyIds}; {Count} families ended")]
    public static partial void GrantsEnded(
        this ILogger logger, string? actor, ManagementOperation operation, string tenantId, string? userId, string? clientId, string? audience, string familyIds, long count);

    [LoggerMessage(313, LogLevel.Information, "{Actor}: {Operation}, tenant '{TenantId}', user {UserId}, client {ClientId}, audience {Audience}, families {FamilyIds}; {Count} families ended")]
    public static partial void TokensRevoked(
        this ILogger logger, string? actor, ManagementOperation operation, string tenantId, string? userId, string? clientId, string? audience, string familyIds, long count);

    [LoggerMessage(314, LogLevel.Information, "{Actor} replaced the metadata of family {FamilyIds}, tenant '{TenantId}'; {Count} families changed")]
    public static partial void MetadataChanged(this ILogger logger, string? actor, string familyIds, string tenantId, long count);

    [LoggerMessage(315, LogLevel.Error, "The audit of {Operation} failed; the change stands")]
    public static partial void AuditFailed(this ILogger logger, Exception fault, ManagementOperation operation);

    [LoggerMessage(316, LogLevel.Warning, "{Actor}: {Operation} failed and may be done in part; tenant '{TenantId}', user {UserId}, client {ClientId}, audience {Audience}, families {FamilyIds}")]
    public static partial void ChangeFailed(
        this ILogger logger, string? actor, ManagementOperation operation, string tenantId, string? userId, string? clientId, string? audience, string familyIds);
}
