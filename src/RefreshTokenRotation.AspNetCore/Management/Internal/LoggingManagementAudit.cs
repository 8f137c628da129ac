using Microsoft.Extensions.Logging;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Management.Internal;

/// <summary>The audit where the host names none: entries of the host's log.</summary>
internal sealed class LoggingManagementAudit(ILoggerFactory loggers) : IManagementAudit
{
    public const string Category = "RefreshTokenRotation.ManagementAudit";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public ValueTask RecordAsync(ManagementAuditEntry entry, CancellationToken cancellationToken)
    {
        var families = string.Join(' ', entry.FamilyIds.Select(static id => id.ToString("N")));
        if (!entry.Succeeded)
        {
            _logger.ChangeFailed(entry.Actor, entry.Operation, entry.TenantId, entry.UserId, entry.ClientId, entry.Audience, families);
            return default;
        }

        switch (entry.Operation)
        {
            case ManagementOperation.ClientSettingsChanged or ManagementOperation.ClientSettingsReset:
                _logger.SettingsChanged(
                    entry.Actor, entry.ClientId, entry.TenantId, entry.After is null ? "reset" : string.Join(' ', entry.ChangedMembers), Text(entry.Before), Text(entry.After));
                break;
            case ManagementOperation.RefreshTokenMetadataChanged:
                _logger.MetadataChanged(entry.Actor, families, entry.TenantId, entry.Count);
                break;
            case ManagementOperation.DeviceCredentialDeleted or ManagementOperation.GrantDeleted or ManagementOperation.UserGrantsDeleted:
                _logger.GrantsEnded(entry.Actor, entry.Operation, entry.TenantId, entry.UserId, entry.ClientId, entry.Audience, families, entry.Count);
                break;
            default:
                _logger.TokensRevoked(entry.Actor, entry.Operation, entry.TenantId, entry.UserId, entry.ClientId, entry.Audience, families, entry.Count);
                break;
        }

        return default;
    }

    private static string? Text(RotationPolicy? policy) => policy is null ? null : RotationPolicyJson.Write(policy);
}
