using Microsoft.Extensions.Logging;

// The members of an entry have the names that log pipelines know them by.
#pragma warning disable IDE1006, CA1727

namespace RefreshTokenRotation.AspNetCore.Internal.LogCodes;

/// <summary>The entries. Ids, names and members never change; none holds a token, a hash, a selector or a user.</summary>
internal static partial class LogCodeMessages
{
    [LoggerMessage(101, LogLevel.Information, "Family {familyId} was started for client {client_id}; audience {audience}, scope {scope}", EventName = "seacft")]
    public static partial void Started(this ILogger logger, Guid familyId, string client_id, string audience, string scope);

    [LoggerMessage(102, LogLevel.Information, "Family {familyId} of client {client_id} was exchanged: {outcome}, token {tokenCounter}; audience {audience}, scope {scope}", EventName = "sertft")]
    public static partial void Exchanged(this ILogger logger, Guid familyId, string client_id, string outcome, long tokenCounter, string audience, string scope);

    [LoggerMessage(103, LogLevel.Warning, "A token that client {client_id} presented was refused: {failure_reason} ({reason}), family {familyId}", EventName = "fertft")]
    public static partial void Failed(this ILogger logger, string client_id, string failure_reason, string reason, Guid? familyId);

    [LoggerMessage(104, LogLevel.Warning, "Reused rotating refresh token detected: family {familyId} of client {client_id}, token {tokenCounter} of {latestCounter}; family revoked: {revoked}", EventName = "ferrt")]
    public static partial void Reused(this ILogger logger, Guid familyId, string client_id, long tokenCounter, long latestCounter, bool revoked);

    [LoggerMessage(105, LogLevel.Information, "{count} families were revoked: {reason}; family {credential_id} of client {client_id}, audience {audience}, session {session_id}", EventName = "srrt")]
    public static partial void Revoked(this ILogger logger, long count, string reason, Guid? credential_id, string? client_id, string? audience, string? session_id);

    [LoggerMessage(106, LogLevel.Information, "Family {credential_id} of client {client_id} was deleted: the limit of active families was reached", EventName = "resource_cleanup")]
    public static partial void CleanedUp(this ILogger logger, Guid credential_id, string client_id);
}
