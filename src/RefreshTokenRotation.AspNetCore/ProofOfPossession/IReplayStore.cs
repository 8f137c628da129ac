namespace RefreshTokenRotation.AspNetCore;

/// <summary>Remembers what may be used once: the <c>jti</c> of client assertions (RFC 7523 section 3), and of proofs that are bound to a key
/// (RFC 9449 section 11.1). The default is <see cref="InMemoryReplayStore"/>, which each node has for itself.</summary>
public interface IReplayStore
{
    /// <summary>Uses a key up, in one atomic step: of any number of parallel calls with one key, exactly one returns true.</summary>
    /// <param name="key">43 characters of base64url: a hash over purpose, tenant, client and id, so that the store learns none of them.</param>
    /// <param name="expiresAt">When the key may be forgotten; the endpoints refuse on their own what is older.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>Whether the key is new. An exception is an outage and answered with 503.</returns>
    ValueTask<bool> TryAddAsync(string key, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}
