namespace RefreshTokenRotation;

/// <summary>Reads the refresh tokens of an earlier server, so that each can be adopted once: its user stays logged in.</summary>
/// <remarks>
/// <para>The engine asks it about a presented text that is not one of its own tokens. A valid legacy token becomes generation 0 of a new family, and the exchange
/// continues by the ordinary rules: parallel presentations get one successor within leeway, a lost response can be recovered, and any later
/// presentation is reuse. A legacy token is adopted exactly once, whatever crashes in between: its family's lookup key is derived from
/// <see cref="LegacyToken.CanonicalText"/>.</para>
/// <para>Register it with <see cref="RefreshTokenRotationBuilder.AddLegacyTokenSource{TSource}"/>. It is a singleton, thread-safe, and opens a scope of its
/// own for scoped services. An exception is an outage: nothing is consumed, and the client retries with the same token.</para>
/// <para>A source that can mark a token at the old server does so in <see cref="RetireAsync"/>, and keeps the row: a retry after a crash, and a replay, must still be
/// found. For a token that stays valid there, the store keeps a record of its own until it has expired.</para>
/// </remarks>
public interface ILegacyTokenSource
{
    /// <summary>How long a legacy token may stay valid at the old server after it was adopted. For that long, the store remembers that the token was taken, whatever
    /// becomes of its family (eviction, deletion, pruning), and pruning keeps ended families, so that a replay is reported.</summary>
    /// <value><see cref="TimeSpan.Zero"/> if <see cref="RetireAsync"/> invalidates the token at the old server. Where tokens carry their expiry,
    /// <see cref="LegacyToken.ValidUntil"/> says it exactly.</value>
    TimeSpan Retention { get; }

    /// <summary>Checks a presented text as the old server would.</summary>
    /// <param name="token">The text as it was presented, at most 16,384 characters. A secret: never log it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token, with its grant if it is still valid; null if it is not a token of the old server.</returns>
    ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken);

    /// <summary>Takes a token from the old server, in one conditional step: only if it is still valid there, or if an earlier call has taken it. It runs after the
    /// token's family was stored and before the first response is sent, at least once.</summary>
    /// <param name="token">What <see cref="ReadAsync"/> returned. Its grant is null if the token is no longer valid, after an earlier call for example.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True if the token is invalid there and adoption is what made it so. False if the old server has used or revoked it itself, on a node that
    /// was not upgraded yet for example: the token is then rejected. The default returns true and does nothing.</returns>
    ValueTask<bool> RetireAsync(LegacyToken token, CancellationToken cancellationToken) => ValueTask.FromResult(true);
}
