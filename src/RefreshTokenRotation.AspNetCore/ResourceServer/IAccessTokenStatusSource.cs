namespace RefreshTokenRotation.AspNetCore;

/// <summary>Knows which families have ended: the token store, the authorization server's introspection endpoint, or a list of the host's own.
/// Its answers are cached by <see cref="ResourceServerOptions.CacheTime"/>. Thread-safe.</summary>
public interface IAccessTokenStatusSource
{
    /// <summary>Asks for an access token that the host has authenticated already.</summary>
    /// <param name="request">Which token.</param>
    /// <param name="cancellationToken">Ends with <see cref="ResourceServerOptions.SourceTimeout"/>, not with the request: several requests may
    /// wait for one answer.</param>
    /// <returns>Its status, no older than the call. An exception is an outage.</returns>
    ValueTask<AccessTokenStatus> GetStatusAsync(AccessTokenStatusRequest request, CancellationToken cancellationToken);
}
