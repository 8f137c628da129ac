using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

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
            case ManagementOperation.UserAccessRevoked:
                _logger.AccessRevoked(entry.Actor, entry.TenantId, entry.UserId, entry.SessionId, entry.Count);
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

    [LoggerMessage(317, LogLevel.Information, "{Actor} revoked the access of user {UserId}, tenant '{TenantId}', session {SessionId}; {Count} families ended")]
    public static partial void AccessRevoked(this ILogger logger, string? actor, string tenantId, string? userId, string? sessionId, long count);

    [LoggerMessage(318, LogLevel.Warning, "The refresh token settings of client {ClientId}, tenant '{TenantId}': {Warnings}")]
    public static partial void SettingsWarned(this ILogger logger, string clientId, string tenantId, string warnings);

    [LoggerMessage(315, LogLevel.Error, "The audit of {Operation} failed; the change was made nevertheless")]
    public static partial void AuditFailed(this ILogger logger, Exception fault, ManagementOperation operation);

    [LoggerMessage(316, LogLevel.Warning, "{Actor}: {Operation} failed and may have been done in part; tenant '{TenantId}', user {UserId}, client {ClientId}, audience {Audience}, families {FamilyIds}")]
    public static partial void ChangeFailed(
        this ILogger logger, string? actor, ManagementOperation operation, string tenantId, string? userId, string? clientId, string? audience, string familyIds);
}

/// <summary>Makes a change and reports it to the audit.</summary>
internal sealed class AuditTrail(IManagementAudit audit, TimeProvider time, ILogger<AuditTrail> logger)
{
    /// <summary>Makes a change.</summary>
    /// <param name="entry">What happened.</param>
    /// <param name="change">The change; it returns how many rows it reached.</param>
    public async ValueTask MakeAsync(ManagementAuditEntry entry, Func<CancellationToken, ValueTask<long>> change) =>
        await RecordAsync(entry with { Succeeded = true, Count = await RunAsync(entry, change).ConfigureAwait(false) }).ConfigureAwait(false);

    /// <summary>Makes a change of one thing, unless it is refused or has changed meanwhile.</summary>
    /// <param name="entry">What happened.</param>
    /// <param name="change">The change; it returns false if it changed nothing, which the audit does not report.</param>
    public async ValueTask<bool> TryMakeAsync(ManagementAuditEntry entry, Func<CancellationToken, ValueTask<bool>> change)
    {
        if (!await RunAsync(entry, change).ConfigureAwait(false))
        {
            return false;
        }

        await RecordAsync(entry with { Succeeded = true, Count = 1 }).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<TResult> RunAsync<TResult>(ManagementAuditEntry entry, Func<CancellationToken, ValueTask<TResult>> change)
    {
        try
        {
            return await change(CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            await RecordAsync(entry with { Succeeded = false }).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask RecordAsync(ManagementAuditEntry entry)
    {
        try
        {
            await audit.RecordAsync(entry with { OccurredAt = time.GetUtcNow() }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // The change is made: an error response would be untrue.
            logger.AuditFailed(fault, entry.Operation);
        }
    }
}
