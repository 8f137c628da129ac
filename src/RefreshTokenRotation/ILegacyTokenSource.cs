namespace RefreshTokenRotation;

/// <summary>Reads the refresh tokens of an earlier server, so that each can be adopted once: its user stays logged in.</summary>
/// <remarks>
/// <para>The engine asks it about a presented text that is not one of its own tokens. A valid legacy token becomes generation 0 of a new family, and the exchange
/// continues by the ordinary rules: parallel presentations get one successor within leeway, a lost response can be recovered, and any later
/// presentation is reuse. A legacy token is adopted exactly once, whatever crashes in between: its family's lookup key is derived from
/// <see cref="LegacyToken.CanonicalText"/>.</para>
/// <para>Register it with <see cref="RefreshTokenRotationBuilder.AddLegacyTokenSource{TSource}"/>. It is a singleton, thread-safe, and opens a scope of its
/// own for scoped services. An exception is an outage: nothing is consumed, and the client retries with the same token.</para>
/// <para>Revoke adopted families rather than delete them while the source is registered: only the family remembers that its token was taken, unless
/// <see cref="RetireAsync"/> makes the old server remember it.</para>
/// </remarks>
public interface ILegacyTokenSource
{
    /// <summary>How long a legacy token may stay valid at the old server after it was adopted. Pruning keeps ended families at least that
    /// long, so that the token of a pruned family can't be adopted again.</summary>
    /// <value><see cref="TimeSpan.Zero"/> if <see cref="RetireAsync"/> invalidates the token at the old server.</value>
    TimeSpan Retention { get; }

    /// <summary>Checks a presented text as the old server would.</summary>
    /// <param name="token">The text as it was presented, at most 16,384 characters. A secret: never log it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The token, with its grant if it is still valid; null if it is not a token of the old server.</returns>
    ValueTask<LegacyToken?> ReadAsync(string token, CancellationToken cancellationToken);

    /// <summary>Invalidates a token at the old server. It runs after the token's family was stored and before the first response is sent, at least
    /// once; it must be idempotent.</summary>
    /// <param name="token">What <see cref="ReadAsync"/> returned. Its grant is not null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the token is invalid there. The default does nothing.</returns>
    ValueTask RetireAsync(LegacyToken token, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
