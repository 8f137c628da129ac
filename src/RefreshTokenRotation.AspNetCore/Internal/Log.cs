using Microsoft.Extensions.Logging;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Every message of the endpoints. Event ids never change. No message holds a token, a secret or a parameter's value.</summary>
internal static partial class Log
{
    [LoggerMessage(301, LogLevel.Error, "A request to {Route} got 503")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string? route);

    [LoggerMessage(302, LogLevel.Warning, "A family could not be deleted after its grant failed; its token was not given out")]
    public static partial void FamilyLeftBehind(this ILogger logger, Exception fault);

    [LoggerMessage(303, LogLevel.Information, "DPoP nonces are made with a random key of this process: other nodes will not know them")]
    public static partial void NonceKeyIsRandom(this ILogger logger);

    [LoggerMessage(304, LogLevel.Warning, "DPoP proofs are compared with the Host header, which is whatever the caller writes: set AllowedHosts, or name the addresses (DPoPOptions.ResourceOrigin for protected APIs, RefreshTokenEndpointOptions.Issuer for the endpoints)")]
    public static partial void HostHeaderIsUnchecked(this ILogger logger);

    [LoggerMessage(305, LogLevel.Warning, "The options hold a policy for the client '{ClientId}', and no client of this id is registered at the endpoints: ids compare exactly, case included")]
    public static partial void ClientOfPolicyIsUnknown(this ILogger logger, string clientId);

    [LoggerMessage(306, LogLevel.Debug, "A client was not authenticated by {Method}: {Reason}")]
    public static partial void ClientRefused(this ILogger logger, string method, string reason);

    [LoggerMessage(307, LogLevel.Debug, "A DPoP proof was refused: {Reason}")]
    public static partial void ProofRefused(this ILogger logger, string reason);

    [LoggerMessage(308, LogLevel.Warning, "The token store may serve several nodes, and used {What} are remembered in this process alone: a copy works once on each node. Call UseReplayStore with a store that the nodes share; UseReplayStore<InMemoryReplayStore>() says that there is one node")]
    public static partial void ReplayStoreIsLocal(this ILogger logger, string what);

    [LoggerMessage(309, LogLevel.Warning, "The public client {ClientId} gets refresh tokens that neither rotate nor are bound to a key (RFC 9700 section 2.2.2): a stolen one works unnoticed until it ends")]
    public static partial void TokensAreUnprotected(this ILogger logger, string clientId);

    [LoggerMessage(310, LogLevel.Warning, "The policy of client {ClientId} could not be read at start; whether its refresh tokens are protected is not known")]
    public static partial void PolicyUnknown(this ILogger logger, Exception fault, string clientId);

    [LoggerMessage(321, LogLevel.Information, "Family {FamilyId} has ended: its access tokens are refused")]
    public static partial void FamilyHasEnded(this ILogger logger, Guid familyId);

    [LoggerMessage(322, LogLevel.Warning, "Could not find out whether the family of an access token is active")]
    public static partial void StatusUnknown(this ILogger logger, Exception fault);

    [LoggerMessage(323, LogLevel.Warning, "The use of an access token could not be confirmed; a lost response stays recoverable until it is")]
    public static partial void UseNotConfirmed(this ILogger logger, Exception fault);
}
