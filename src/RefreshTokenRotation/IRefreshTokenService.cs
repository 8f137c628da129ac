namespace RefreshTokenRotation;

/// <summary>Issues, exchanges, revokes and introspects refresh tokens. Thread-safe; one instance serves the whole process.</summary>
public interface IRefreshTokenService
{
    /// <summary>Starts a family: one authorization of one client by one user, usually one log-in on one device.</summary>
    /// <param name="request">What was granted, to whom, and by which log-in.</param>
    /// <param name="cancellationToken">Honoured until the write begins.</param>
    /// <returns>The first refresh token, and the families that the cap evicted.</returns>
    /// <exception cref="ArgumentException">A field is missing, too long or holds a control character; the message names it and the bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">The store failed. No token was given out.</exception>
    ValueTask<IssueResult> IssueAsync(IssueRequest request, CancellationToken cancellationToken = default);

    /// <summary>Exchanges a refresh token (RFC 6749 section 6), rotating it if the policy says so (RFC 9700 section 4.14.2).</summary>
    /// <param name="request">The presented token, and the client that presents it.</param>
    /// <param name="cancellationToken">Honoured before each write, and not during one; a revocation after a replay is not cancelled.</param>
    /// <returns>The next token, or the reason for the rejection.</returns>
    /// <exception cref="ArgumentException">A field is missing, too long or holds a control character; the message names it and the bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">
    /// The store failed or the outcome could not be determined. Respond with 503, never <c>invalid_grant</c>: the client may retry with the same token.
    /// </exception>
    ValueTask<ExchangeResult> ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends the family that a token belongs to (RFC 7009). Accepts any token that the family ever issued. Idempotent.</summary>
    /// <param name="request">The token, and the client that asks.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; the response to the client is 200 for all but <see cref="RevokeResult.ClientMismatch"/>.</returns>
    /// <exception cref="ArgumentException">A field is missing, too long or holds a control character; the message names it and the bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">The store failed; the family may or may not have ended.</exception>
    ValueTask<RevokeResult> RevokeAsync(RevokeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Says whether a token is the current one of an active family (RFC 7662). Changes nothing.</summary>
    /// <param name="request">The token. The host has checked that the caller may ask.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The family, or inactive: unknown, superseded, expired and revoked tokens look the same.</returns>
    /// <exception cref="ArgumentException">A field is missing, too long or holds a control character; the message names it and the bound.</exception>
    /// <exception cref="RefreshTokenUnavailableException">The store failed.</exception>
    ValueTask<IntrospectResult> IntrospectAsync(IntrospectRequest request, CancellationToken cancellationToken = default);
}
