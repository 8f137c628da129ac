using Microsoft.Extensions.Logging.Abstractions;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Writes every event under the code that users of Auth0 know it by.</summary>
internal sealed class LogCodeHandler(ILoggerFactory? loggers = null) : IRefreshTokenEventHandler
{
    public const string Category = "RefreshTokenRotation.LogCodes";

    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(Category);

    public ValueTask HandleAsync(RefreshTokenEvent refreshTokenEvent, CancellationToken cancellationToken)
    {
        switch (refreshTokenEvent)
        {
            case RefreshTokenEvent.Issued { Family: { } family }:
                _logger.Started(family.FamilyId, family.ClientId, Join(family.Resources), Join(family.Scopes));
                break;
            case RefreshTokenEvent.Exchanged { Family: { } family } exchanged:
                _logger.Exchanged(
                    family.FamilyId, family.ClientId, exchanged.Outcome.ToCode(), family.Generation, Join(family.Resources), Join(family.Scopes));
                break;
            case RefreshTokenEvent.Rejected rejected:
                _logger.Failed(rejected.ClientId, FailureOf(rejected), rejected.Reason.ToCode(), rejected.Family?.FamilyId);
                break;
            case RefreshTokenEvent.ReuseDetected { Family: { } family } reuse:
                _logger.Reused(family.FamilyId, family.ClientId, reuse.PresentedGeneration, family.Generation, reuse.FamilyRevoked);
                break;
            case RefreshTokenEvent.Revoked { Filter: var filter, Family: var family } revoked:
                // What one family does not say, the filter does: a revocation of many names what it was asked for.
                _logger.Revoked(
                    revoked.Count,
                    revoked.Reason.ToCode(),
                    family?.FamilyId ?? filter.FamilyId,
                    family?.ClientId ?? filter.ClientId,
                    family is null ? filter.Resource : Join(family.Resources),
                    family?.SessionId ?? filter.SessionId);
                break;
            case RefreshTokenEvent.Evicted { Family: { } family }:
                _logger.CleanedUp(family.FamilyId, family.ClientId);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private static string FailureOf(RefreshTokenEvent.Rejected rejected) => (rejected.Reason, rejected.Family?.RevocationReason) switch
    {
        (RejectionReason.Revoked, RevocationReason.SessionEnded) => "session_not_found",
        (RejectionReason.Revoked, _) => "grant_revoked",
        _ => "invalid_token",
    };

    private static string Join(IReadOnlyList<string> values) => string.Join(' ', values);
}

/// <summary>The entries. Ids, names and members never change; none holds a token, a hash, a selector or a user.</summary>
internal static partial class LogCodeMessages
{
    [LoggerMessage(101, LogLevel.Information, "Family {familyId} was started for client {client_id}; audience {audience}, scope {scope}", EventName = "seacft")]
    public static partial void Started(this ILogger logger, Guid familyId, string client_id, string audience, string scope);

    [LoggerMessage(102, LogLevel.Information, "Family {familyId} of client {client_id} was exchanged: {outcome}, token {tokenCounter}; audience {audience}, scope {scope}", EventName = "sertft")]
    public static partial void Exchanged(this ILogger logger, Guid familyId, string client_id, string outcome, long tokenCounter, string audience, string scope);

    [LoggerMessage(103, LogLevel.Warning, "A token that client {client_id} presented was rejected: {failure_reason} ({reason}), family {familyId}", EventName = "fertft")]
    public static partial void Failed(this ILogger logger, string client_id, string failure_reason, string reason, Guid? familyId);

    [LoggerMessage(104, LogLevel.Warning, "Reused rotating refresh token detected: family {familyId} of client {client_id}, token {tokenCounter} of {latestCounter}; family revoked: {revoked}", EventName = "ferrt")]
    public static partial void Reused(this ILogger logger, Guid familyId, string client_id, long tokenCounter, long latestCounter, bool revoked);

    [LoggerMessage(105, LogLevel.Information, "{count} families were revoked: {reason}; family {credential_id} of client {client_id}, audience {audience}, session {session_id}", EventName = "srrt")]
    public static partial void Revoked(this ILogger logger, long count, string reason, Guid? credential_id, string? client_id, string? audience, string? session_id);

    [LoggerMessage(106, LogLevel.Information, "Family {credential_id} of client {client_id} was deleted: the limit of active families was reached", EventName = "resource_cleanup")]
    public static partial void CleanedUp(this ILogger logger, Guid credential_id, string client_id);
}
