namespace RefreshTokenRotation.Client;

/// <summary>Says which session ended and why, and takes the tokens of a new log-in.</summary>
public sealed class SessionEndedContext
{
    private readonly SessionRefresher _refresher;

    internal SessionEndedContext(TokenSessionKey key, SessionEndReason reason, SessionRefresher refresher) => (Session, Reason, _refresher) = (key, reason, refresher);

    /// <summary>The session.</summary>
    public TokenSessionKey Session { get; }

    /// <summary>Why there is no session.</summary>
    public SessionEndReason Reason { get; }

    internal SessionData? NewSession { get; private set; }

    /// <summary>Redeems a grant at the token endpoint, such as <c>authorization_code</c> or a device code, and starts the session with its tokens.</summary>
    /// <param name="parameters">The grant's parameters, without those of the client's authentication.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="TokenResult.Refused"/> carries codes such as <c>authorization_pending</c> (RFC 8628, section 3.5).</returns>
    public async ValueTask<TokenResult> RedeemAsync(IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var (result, session) = await _refresher.RedeemAsync(parameters, cancellationToken).ConfigureAwait(false);
        NewSession = session ?? NewSession;
        return result;
    }

    /// <summary>Starts the session with tokens that the host obtained itself.</summary>
    /// <param name="tokens">The tokens.</param>
    public void SignIn(TokenSet tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        NewSession = _refresher.SessionFrom(tokens);
    }
}
