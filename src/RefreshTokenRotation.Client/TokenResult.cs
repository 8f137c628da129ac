namespace RefreshTokenRotation.Client;

/// <summary>What became of a request for an access token. A closed hierarchy: switch over its cases.</summary>
public abstract record TokenResult
{
    private TokenResult()
    {
    }

    /// <summary>There is an access token, and the refresh token that came with it is stored.</summary>
    /// <param name="Token">The access token.</param>
    public sealed record Succeeded(SessionAccessToken Token) : TokenResult
    {
        /// <summary>The ID token of the log-in (OpenID Connect Core, section 3.1.3.3); only <see cref="RefreshTokenClient.RedeemAsync"/> returns one. Its signature is not checked.</summary>
        public string? IdToken { get; init; }

        /// <summary>Names the case, never a token.</summary>
        /// <returns>A text without secrets.</returns>
        public override string ToString() => $"{nameof(Succeeded)} {{ {Token} }}";
    }

    /// <summary>The server rejected the refresh token (<c>invalid_grant</c>, RFC 6749, section 5.2): the session is over and deleted.</summary>
    /// <param name="Reason">Why, as far as the server says.</param>
    public sealed record SessionEnded(SessionEndReason Reason) : TokenResult;

    /// <summary>Nobody is signed in: no session is stored, or its key is lost.</summary>
    public sealed record LoginRequired : TokenResult;

    /// <summary>The server, the network or the store is out of reach. The refresh token is kept.</summary>
    /// <param name="RetryAfter">When a new attempt is worthwhile; until then calls return at once without asking the server.</param>
    public sealed record Unavailable(TimeSpan RetryAfter) : TokenResult;

    /// <summary>The server rejected this request, not the session (RFC 6749, section 5.2): <c>invalid_client</c>, <c>invalid_scope</c>, <c>invalid_target</c> and the like.</summary>
    /// <param name="Error">The OAuth error code.</param>
    public sealed record Refused(string Error) : TokenResult;
}
