using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.Internal;

/// <summary>Every message of the library. Event ids never change; no message holds a token, a hash, a selector or a subject.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Family {FamilyId} was started for client {ClientId}")]
    public static partial void FamilyIssued(this ILogger logger, Guid familyId, string clientId);

    [LoggerMessage(2, LogLevel.Debug, "Family {FamilyId} was exchanged: {Outcome}, generation {Generation}")]
    public static partial void FamilyExchanged(this ILogger logger, Guid familyId, string outcome, long generation);

    [LoggerMessage(3, LogLevel.Warning, "Reuse detected: client {ClientId}, family {FamilyId}, a token {GenerationsBack} generations back that was replaced {Age} ago; family revoked: {Revoked}")]
    public static partial void ReuseDetected(this ILogger logger, string clientId, Guid familyId, long generationsBack, string age, bool revoked);

    [LoggerMessage(4, LogLevel.Information, "Family {FamilyId} of client {ClientId} was evicted by the cap")]
    public static partial void FamilyEvicted(this ILogger logger, Guid familyId, string clientId);

    [LoggerMessage(5, LogLevel.Information, "{Count} families were revoked: {Reason}; deleted: {Deleted}")]
    public static partial void FamiliesRevoked(this ILogger logger, long count, string reason, bool deleted);

    [LoggerMessage(6, LogLevel.Debug, "A token was rejected: {Reason}, family {FamilyId}")]
    public static partial void TokenRejected(this ILogger logger, string reason, Guid? familyId);

    [LoggerMessage(7, LogLevel.Warning, "A token of family {FamilyId} was tampered with, or presented by another client or without its key: {Reason}")]
    public static partial void TokenMisused(this ILogger logger, string reason, Guid familyId);

    [LoggerMessage(8, LogLevel.Warning, "Family {FamilyId} was converted, but the user's other reusable tokens could not be deleted; each converts at its own next exchange")]
    public static partial void MigrationIncomplete(this ILogger logger, Exception fault, Guid familyId);

    [LoggerMessage(9, LogLevel.Error, "Event handler {Handler} failed on {Event}")]
    public static partial void HandlerFailed(this ILogger logger, Exception fault, string handler, string @event);

    [LoggerMessage(10, LogLevel.Warning, "Events for handler {Handler} were dropped, because it is too slow or has stopped: {Dropped} so far")]
    public static partial void EventsDropped(this ILogger logger, string handler, long dropped);

    [LoggerMessage(11, LogLevel.Warning, "Event handler {Handler} did not finish in time: {Count} events were not handled")]
    public static partial void DrainAbandoned(this ILogger logger, string handler, int count);

    [LoggerMessage(12, LogLevel.Warning, "Refresh tokens are kept in memory: they end with this process and are not shared with other nodes. Choose a store, for example with UsePostgreSql or UseSqlite")]
    public static partial void StoreIsInMemory(this ILogger logger);

    [LoggerMessage(13, LogLevel.Debug, "{Count} ended families were deleted")]
    public static partial void FamiliesPruned(this ILogger logger, int count);

    [LoggerMessage(14, LogLevel.Warning, "Pruning failed; it runs again after the next interval")]
    public static partial void PruningFailed(this ILogger logger, Exception fault);

    [LoggerMessage(15, LogLevel.Error, "The changed options are invalid and were not applied; the last valid options stay in force: {Failures}")]
    public static partial void OptionsRefused(this ILogger logger, string failures);

    [LoggerMessage(16, LogLevel.Error, "A policy can't be used, and calls that need it fail: {Failures}")]
    public static partial void PolicyInvalid(this ILogger logger, string failures);

    [LoggerMessage(17, LogLevel.Error, "A {Event} event could not be queued, and is lost")]
    public static partial void EventNotQueued(this ILogger logger, Exception fault, string @event);

    [LoggerMessage(18, LogLevel.Information, "A hook asked for an {Kind} expiry of family {FamilyId} at {Asked}; the earlier one at {Kept} stays")]
    public static partial void HookExpiryClamped(this ILogger logger, string kind, Guid familyId, DateTimeOffset asked, DateTimeOffset? kept);

    [LoggerMessage(19, LogLevel.Warning, "The store did not respond when family {FamilyId} was added. The family exists now; if the cap evicted others, no event reports them")]
    public static partial void AddRepeated(this ILogger logger, Guid familyId);

    [LoggerMessage(20, LogLevel.Error, "Revocation observer {Observer} failed: what it caches may be out of date")]
    public static partial void ObserverFailed(this ILogger logger, Exception fault, string observer);

    [LoggerMessage(21, LogLevel.Warning, "Several token stores were chosen: {Stores}. The last one, {Used}, keeps the families: remove the others")]
    public static partial void SeveralStores(this ILogger logger, string stores, string used);
}
