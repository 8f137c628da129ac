using System.Collections.Concurrent;
using RefreshTokenRotation.AspNetCore.Management;

namespace AuthorizationServer.Admin;

/// <summary>The audit trail: every change goes to the log, and the last ones to the administrator's page. A real server writes them to a store that nobody changes.</summary>
internal sealed partial class AdminAudit(ILogger<AdminAudit> logger) : IManagementAudit
{
    private const int Kept = 50;

    private readonly ConcurrentQueue<ManagementAuditEntry> _entries = new();

    /// <summary>Newest first.</summary>
    public IEnumerable<AuditLine> Last => _entries.Reverse().Select(entry => new AuditLine(
        entry.OccurredAt,
        entry.Actor,
        $"{entry.Operation}{(entry.Succeeded ? string.Empty : " (failed)")}",
        string.Join(", ", ((string?[])[entry.ClientId, entry.UserId, entry.SessionId, entry.Audience, .. entry.FamilyIds.Select(id => id.ToString("N"))]).Where(text => text is { Length: > 0 })),
        entry.Count));

    public ValueTask RecordAsync(ManagementAuditEntry entry, CancellationToken cancellationToken)
    {
        _entries.Enqueue(entry);
        while (_entries.Count > Kept)
        {
            _entries.TryDequeue(out _);
        }

        Changed(entry.Actor, entry.Operation, entry.Succeeded, entry.ClientId, entry.UserId, entry.Count);
        return default;
    }

    [LoggerMessage(1, LogLevel.Information, "{Actor}: {Operation}, done: {Succeeded}; client {ClientId}, user {UserId}; {Count}")]
    private partial void Changed(string? actor, ManagementOperation operation, bool succeeded, string? clientId, string? userId, long count);
}

/// <summary>One change, as the page shows it.</summary>
internal sealed record AuditLine(DateTimeOffset At, string? Actor, string What, string Of, long Count);
