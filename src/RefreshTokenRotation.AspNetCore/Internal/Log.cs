namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Every message of the endpoints. Event ids never change. No message holds a token, a secret or a parameter's value.</summary>
internal static partial class Log
{
    [LoggerMessage(301, LogLevel.Error, "A request to {Route} got 503")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string? route);

    [LoggerMessage(302, LogLevel.Warning, "A family could not be deleted after its log-in failed; its token was not sent to anybody")]
    public static partial void FamilyLeftBehind(this ILogger logger, Exception fault);

    [LoggerMessage(303, LogLevel.Information, "DPoP nonces use a random key of this process: other nodes will reject them")]
    public static partial void NonceKeyIsRandom(this ILogger logger);

    [LoggerMessage(304, LogLevel.Warning, "DPoP proofs are compared with the Host header, which the caller controls: set AllowedHosts, or name the addresses (DPoPOptions.ResourceOrigin for protected APIs, RefreshTokenEndpointOptions.Issuer for the endpoints)")]
    public static partial void HostHeaderIsUnchecked(this ILogger logger);

    [LoggerMessage(305, LogLevel.Warning, "The options have a policy for the client '{ClientId}', but there is no client with this id. The clients are {Known}. Ids are compared exactly, including case")]
    public static partial void ClientOfPolicyIsUnknown(this ILogger logger, string clientId, string known);

    [LoggerMessage(306, LogLevel.Debug, "A client was not authenticated by {Method}: {Reason}")]
    public static partial void ClientRefused(this ILogger logger, string method, string reason);

    [LoggerMessage(307, LogLevel.Debug, "A DPoP proof was rejected: {Reason}")]
    public static partial void ProofRefused(this ILogger logger, string reason);

    [LoggerMessage(308, LogLevel.Warning, "The token store may serve several nodes, but used {What} are remembered in this process only: a copy works once on each node. Call UsePostgreSqlReplayStore, UseRedisReplayStore, UseEntityFrameworkCoreReplayStore or UseReplayStore with a store that the nodes share; if there is only one node, call UseReplayStore<InMemoryReplayStore>()")]
    public static partial void ReplayStoreIsLocal(this ILogger logger, string what);

    [LoggerMessage(309, LogLevel.Warning, "The public client {ClientId} gets refresh tokens that neither rotate nor are bound to a key (RFC 9700 section 2.2.2): a stolen one works unnoticed until it expires")]
    public static partial void TokensAreUnprotected(this ILogger logger, string clientId);

    [LoggerMessage(310, LogLevel.Warning, "The policy of client {ClientId} could not be read at startup, so it is not known whether its refresh tokens are protected")]
    public static partial void PolicyUnknown(this ILogger logger, Exception fault, string clientId);

    [LoggerMessage(339, LogLevel.Warning, "The leeway of client {ClientId} reaches {Generations} generations back: where access tokens live {Lifetime}, {Processes} processes can share a refresh token for the whole leeway of {Leeway}, and more are logged out sooner. Let access tokens live longer, or shorten the leeway")]
    public static partial void GenerationsAreFew(this ILogger logger, string clientId, int generations, TimeSpan lifetime, int processes, TimeSpan leeway);

    [LoggerMessage(331, LogLevel.Warning, "The client {ClientId} may use the grant type '{GrantType}', but nothing handles it: correct OAuthClient.GrantTypes, or call AddGrantTypeHandler<T>(). Handled: {Handled}")]
    public static partial void GrantTypeIsNotHandled(this ILogger logger, string clientId, string grantType, string handled);

    [LoggerMessage(332, LogLevel.Warning, "The grant type '{GrantType}' is handled, but no client may use it: add it to OAuthClient.GrantTypes")]
    public static partial void GrantTypeIsNotUsed(this ILogger logger, string grantType);

    [LoggerMessage(333, LogLevel.Warning, "There are no clients: the token endpoint rejects every request with invalid_client. Add them to RefreshTokenEndpointOptions.Clients, or call UseClientStore<T>()")]
    public static partial void NoClients(this ILogger logger);

    [LoggerMessage(334, LogLevel.Warning, "AddEndpoints() was called, but no endpoint is mapped: call MapRefreshTokenRotation() on the application")]
    public static partial void NothingIsMapped(this ILogger logger);

    [LoggerMessage(335, LogLevel.Information, "The client {ClientId} got no refresh token, although its OAuthClient.GrantTypes include refresh_token: the granted scope lacks offline_access")]
    public static partial void OfflineAccessNotGranted(this ILogger logger, string clientId);

    [LoggerMessage(336, LogLevel.Warning, "The client {ClientId} got no refresh token, although the scope includes offline_access: its OAuthClient.GrantTypes lack refresh_token")]
    public static partial void ClientMayNotRefresh(this ILogger logger, string clientId);

    [LoggerMessage(337, LogLevel.Information, "The client {ClientId} got no refresh token: OAuthApi.AllowOfflineAccess of {Audience} is false")]
    public static partial void ApiIsOnline(this ILogger logger, string clientId, string audience);

    [LoggerMessage(338, LogLevel.Warning, "AddRefreshTokenApi() was called, but the API is not mapped: call MapRefreshTokenApi() on the application")]
    public static partial void ApiIsNotMapped(this ILogger logger);

    [LoggerMessage(347, LogLevel.Warning, "A request with a valid access token was challenged, because nothing had authenticated it: call UseAuthentication() before UseAuthorization()")]
    public static partial void AuthorizedBeforeAuthenticated(this ILogger logger);

    [LoggerMessage(348, LogLevel.Warning, "The client {ClientId} may introspect, but has neither Audiences nor IntrospectsAllTokens: every access token is inactive to it. Set OAuthClient.Audiences to the APIs that it represents")]
    public static partial void ClientIntrospectsNothing(this ILogger logger, string clientId);

    [LoggerMessage(349, LogLevel.Information, "A page of {Origin} sent a request as the client {ClientId} and can't read the response: the client's AllowedOrigins do not list that origin")]
    public static partial void OriginIsNotAllowed(this ILogger logger, string origin, string clientId);

    [LoggerMessage(321, LogLevel.Information, "Family {FamilyId} has ended: its access tokens are rejected")]
    public static partial void FamilyHasEnded(this ILogger logger, Guid familyId);

    [LoggerMessage(322, LogLevel.Warning, "Could not determine whether an access token's family is active")]
    public static partial void StatusUnknown(this ILogger logger, Exception fault);

    [LoggerMessage(323, LogLevel.Warning, "The use of an access token could not be confirmed; until it is, a lost response can still be recovered")]
    public static partial void UseNotConfirmed(this ILogger logger, Exception fault);

    [LoggerMessage(324, LogLevel.Warning, "Nothing in this host says which families have ended: revoked access tokens are accepted until they expire. Call AddResourceServer().UseIntrospection(...), or set RotationBearerOptions.UseDenyList to false")]
    public static partial void NothingKnowsEndedFamilies(this ILogger logger);

    [LoggerMessage(325, LogLevel.Warning, "The keys of the issuer {Issuer} could not be read again; the previous ones stay in use")]
    public static partial void IssuerUnreachable(this ILogger logger, Exception fault, string issuer);

    [LoggerMessage(327, LogLevel.Warning, "The client {ClientId} did not get every scope that its grant type handler granted: a scope must be in the Scopes of an OAuthApi ({Audiences}). The response says which scopes it got")]
    public static partial void ScopeIsUnknown(this ILogger logger, string clientId, string audiences);

    [LoggerMessage(326, LogLevel.Warning, "A page of {Origin} got a {Status} that its script can't read, so it never refreshes: UseCors() runs too late, or not at all. Call UseCors(), UseAuthentication() and UseAuthorization() in this order, all three: those that you leave out run first")]
    public static partial void CorsIsLate(this ILogger logger, string origin, int status);

    [LoggerMessage(341, LogLevel.Warning, "A security event ({EventType}) was dropped: {Waiting} others are waiting for the receiver")]
    public static partial void SecurityEventDropped(this ILogger logger, string eventType, int waiting);

    [LoggerMessage(342, LogLevel.Warning, "The receiver rejected the security event {Name}: {Error}")]
    public static partial void SecurityEventRefused(this ILogger logger, string name, string error);

    [LoggerMessage(343, LogLevel.Warning, "Security events could not be pushed; they wait for the next attempt")]
    public static partial void SecurityEventsWait(this ILogger logger, Exception fault);

    [LoggerMessage(344, LogLevel.Information, "{Count} families ended by a session-revoked event of {Issuer}")]
    public static partial void FamiliesEndedByEvent(this ILogger logger, long count, string issuer);

    [LoggerMessage(345, LogLevel.Information, "A received security event was rejected: {Error}")]
    public static partial void ReceivedEventRefused(this ILogger logger, string error);

    [LoggerMessage(346, LogLevel.Error, "A security event ({EventType}) could not be delivered and is lost")]
    public static partial void SecurityEventNotDelivered(this ILogger logger, Exception fault, string eventType);
}
