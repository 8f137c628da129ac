namespace RefreshTokenRotation.Storage;

/// <summary>Remembers what may be used once: the <c>jti</c> of client assertions (RFC 7523 section 3), of key-bound proofs (RFC 9449 section 11.1), and of
/// security events. The endpoints add a key only if everything else about the request is valid, so that strangers can't fill the store.</summary>
public interface IReplayStore
{
    /// <summary>Whether a key has been used. Any stranger's request may cause this call, so it must store nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>Whether it is known and has not been forgotten. An exception is an outage; the response is 503.</returns>
    ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken);

    /// <summary>Marks a key as used, in one atomic step: of any number of parallel calls with one key, exactly one returns true.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expiresAt">When the key may be forgotten; the endpoints reject older ones without the store.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>Whether the key is new. An exception is an outage; the response is 503.</returns>
    ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}

/// <summary>What may be used once. Both texts are hashes, so that a store learns neither client nor id.</summary>
/// <param name="Purpose">What it is; a store in memory reserves space for each purpose.</param>
/// <param name="Owner">The client or the key that it belongs to: no owner may take up the others' space. 43 characters of base64url.</param>
/// <param name="Value">The key itself, unique over purposes and owners: 43 characters of base64url.</param>
public readonly record struct ReplayKey(ReplayPurpose Purpose, string Owner, string Value);

/// <summary>What may be used once.</summary>
public enum ReplayPurpose
{
    /// <summary>A client's assertion (<c>private_key_jwt</c>).</summary>
    ClientAssertion = 1,

    /// <summary>A DPoP proof.</summary>
    DPoPProof = 2,

    /// <summary>A security event that was received (RFC 8417).</summary>
    SecurityEvent = 3,
}
