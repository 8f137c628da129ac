namespace RefreshTokenRotation.Storage;

/// <summary>Remembers what may be used once: the <c>jti</c> of client assertions (RFC 7523 section 3), of proofs that are bound to a key
/// (RFC 9449 section 11.1), and of security events. The endpoints add a key only when everything else about the request fits, so that strangers fill nothing.</summary>
public interface IReplayStore
{
    /// <summary>Whether a key has been used up. A stranger's request may get here: the call must store nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>Whether it is known and has not been forgotten. An exception is an outage; the response is 503.</returns>
    ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken);

    /// <summary>Uses a key up, in one atomic step: of any number of parallel calls with one key, exactly one returns true.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expiresAt">When the key may be forgotten; the endpoints refuse on their own what is older.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>Whether the key is new. An exception is an outage; the response is 503.</returns>
    ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}

/// <summary>What may be used once. Both texts are hashes, so that a store learns neither client nor id.</summary>
/// <param name="Purpose">What it is: a store in memory keeps room for each.</param>
/// <param name="Owner">Whose it is, the client's or the key's: no owner may fill the room of the others. 43 characters of base64url.</param>
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
