using System.Collections.Concurrent;

namespace RefreshTokenRotation.Client;

/// <summary>The sessions of one registered client: access tokens, log-in and sign-out. Get it as a keyed service by the client's name.</summary>
/// <remarks>Thread-safe. If a session id is null, <see cref="ITokenSessionAccessor"/> names the current caller's session.</remarks>
public sealed class RefreshTokenClient
{
    private const int FirstPruning = 1024;

    private readonly RefreshTokenClientOptions _options;
    private readonly SessionRepository _repository;
    private readonly SessionRefresher _refresher;
    private readonly TokenEndpoint _endpoint;
    private readonly ServerMetadata _metadata;
    private readonly ITokenSessionAccessor _accessor;
    private readonly ConcurrentDictionary<string, SessionState> _states = new();
    private int _pruneAt = FirstPruning;

    internal RefreshTokenClient(
        string name,
        RefreshTokenClientOptions options,
        ITokenSessionStore store,
        SessionProtection protection,
        ClientMetrics metrics,
        Func<HttpClient> http,
        ITokenSessionAccessor accessor,
        TimeProvider time)
    {
        (Name, _options, _accessor, Time) = (name, options, accessor, time);
        _metadata = new ServerMetadata(options, http, time);
        _endpoint = new TokenEndpoint(options, http, _metadata, Nonces, time);
        _repository = new SessionRepository(name, store, protection, metrics, time);
        _refresher = new SessionRefresher(name, options, _repository, _endpoint, metrics, time);
    }

    /// <summary>The name that <c>AddRefreshTokenClient</c> got.</summary>
    public string Name { get; }

    internal DPoPNonces Nonces { get; } = new();

    internal TimeProvider Time { get; }

    /// <summary>Returns an access token that does not expire soon, and refreshes it if necessary. Parallel calls share one exchange.</summary>
    /// <param name="target">What the token is for; the default is what the log-in granted.</param>
    /// <param name="sessionId">The session; null is the current caller's.</param>
    /// <param name="cancellationToken">Ends this call's wait, not the exchange, which others may wait for.</param>
    /// <returns>The token, or why there is none.</returns>
    public ValueTask<TokenResult> GetTokenAsync(TokenTarget target = default, string? sessionId = null, CancellationToken cancellationToken = default)
    {
        if (FindState(sessionId) is not { } state)
        {
            return new(new TokenResult.LoginRequired());
        }

        if (state.Find(target) is { } token)
        {
            var now = Time.GetUtcNow();
            if (now < token.RefreshAt)
            {
                return new(token.Result);
            }

            if (now < token.UsableUntil)
            {
                if (state.Backoff.Remaining == TimeSpan.Zero && state.Trouble(target) is null)
                {
                    _ = state.JoinAsync(target, () => _refresher.RefreshAsync(state, target, rejected: null), out _);
                }

                return new(token.Result);
            }
        }

        return new(WaitAsync(state, target, rejected: null, cancellationToken));
    }

    /// <summary>Returns an access token in place of one that a resource server rejected. The session's other tasks and processes may have one already.</summary>
    /// <param name="rejected">The token that was rejected.</param>
    /// <param name="target">What it was for.</param>
    /// <param name="sessionId">The session; null is the current caller's.</param>
    /// <param name="cancellationToken">Ends this call's wait, not the exchange, which others may wait for.</param>
    /// <returns>The token, or why there is none.</returns>
    public ValueTask<TokenResult> ReplaceTokenAsync(
        SessionAccessToken rejected, TokenTarget target = default, string? sessionId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        if (FindState(sessionId) is not { } state)
        {
            return new(new TokenResult.LoginRequired());
        }

        return state.Find(target) is { } token && !token.Token.HasValue(rejected.Reveal()) && Time.GetUtcNow() < token.RefreshAt
            ? new(token.Result)
            : new(WaitAsync(state, target, rejected.Reveal(), cancellationToken));
    }

    /// <summary>Redeems a grant at the token endpoint, such as <c>authorization_code</c> or a device code, and starts a session with its tokens.</summary>
    /// <param name="parameters">The grant's parameters, without those of the client's authentication.</param>
    /// <param name="sessionId">The session, whose former tokens are replaced; null is the current caller's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="TokenResult.Refused"/> carries codes such as <c>authorization_pending</c> (RFC 8628, section 3.5).</returns>
    public async Task<TokenResult> RedeemAsync(
        IEnumerable<KeyValuePair<string, string>> parameters, string? sessionId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var state = RequireState(sessionId);
        var (result, session) = await _refresher.RedeemAsync(parameters, cancellationToken).ConfigureAwait(false);
        if (session is not null)
        {
            await SaveAsync(state, session).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Starts a session with tokens that the host obtained itself.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="sessionId">The session, whose former tokens are replaced; null is the current caller's.</param>
    /// <param name="cancellationToken">Ends the wait before anything is written.</param>
    /// <returns>A task that ends when the session is stored. It throws what the store throws.</returns>
    public async Task SignInAsync(TokenSet tokens, string? sessionId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        cancellationToken.ThrowIfCancellationRequested();
        await SaveAsync(RequireState(sessionId), _refresher.SessionFrom(tokens)).ConfigureAwait(false);
    }

    /// <summary>Deletes a session and revokes its refresh token (RFC 7009).</summary>
    /// <param name="sessionId">The session; null is the current caller's.</param>
    /// <param name="cancellationToken">Ends the wait for the server; the session is deleted by then.</param>
    /// <returns>True if the server confirmed the revocation. False if it can't be reached or has no revocation endpoint, or if nobody was signed in.</returns>
    public async Task<bool> SignOutAsync(string? sessionId = null, CancellationToken cancellationToken = default)
    {
        if (FindState(sessionId) is not { } state)
        {
            return false;
        }

        var session = await UnderLockAsync(state, async () =>
        {
            state.Unsaved = null;
            StoredSession? stored;
            do
            {
                stored = await _repository.LoadAsync(state).ConfigureAwait(false);
            }
            while (stored is not null && !await _repository.DeleteAsync(state, stored.Version).ConfigureAwait(false));
            return stored;
        }).ConfigureAwait(false);
        return session is not null && await _endpoint.RevokeAsync(session.Data.RefreshToken, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An endpoint of the server's metadata (RFC 8414, section 2), such as <c>device_authorization_endpoint</c>.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The address; null if the metadata names none, or no <see cref="RefreshTokenClientOptions.Authority"/> is set.</returns>
    /// <exception cref="HttpRequestException">The metadata can't be read, or are not those of the issuer.</exception>
    public ValueTask<Uri?> FindEndpointAsync(string name, CancellationToken cancellationToken = default) => _metadata.FindAsync(name, cancellationToken);

    /// <summary>The token of this process that needs no refresh yet; null if a call has to wait, or may.</summary>
    internal SessionAccessToken? FindFreshToken(TokenTarget target, string? sessionId) =>
        FindState(sessionId)?.Find(target) is { } token && Time.GetUtcNow() < token.RefreshAt ? token.Token : null;

    internal SessionState? FindState(string? sessionId)
    {
        sessionId ??= _accessor.GetSessionId(Name);
        return string.IsNullOrEmpty(sessionId) ? null : _states.TryGetValue(sessionId, out var state) ? state : AddState(sessionId);
    }

    private async Task<TokenResult> WaitAsync(SessionState state, TokenTarget target, string? rejected, CancellationToken cancellationToken)
    {
        if (state.Trouble(target) is { Error: { } error })
        {
            return new TokenResult.Refused(error);
        }

        TokenResult result;
        bool isMine;
        do
        {
            var flight = state.JoinAsync(target, () => _refresher.RefreshAsync(state, target, rejected), out isMine);
            result = await flight.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!isMine && rejected is not null && result is TokenResult.Succeeded { Token: var token } && token.HasValue(rejected)); // it did not know that this token is no good

        // The server is out of reach, and the old token is not over yet.
        return result is TokenResult.Unavailable && rejected is null && state.Find(target) is { } old && Time.GetUtcNow() < old.Token.ExpiresAt ? old.Result : result;
    }

    private Task SaveAsync(SessionState state, SessionData session) => UnderLockAsync(state, async () =>
    {
        await _repository.ReplaceAsync(state, session).ConfigureAwait(false);
        state.Backoff.Reset();
        return true;
    });

    private Task<T> UnderLockAsync<T>(SessionState state, Func<Task<T>> work) => state.InTurnAsync(async () =>
    {
        var held = await _repository.LockAsync(state.Key).ConfigureAwait(false);
        await using var ownedHeld = held.ConfigureAwait(false);
        return await work().ConfigureAwait(false);
    });

    private SessionState RequireState(string? sessionId) =>
        FindState(sessionId) ?? throw new InvalidOperationException("There is no current session: pass a session id, or register an ITokenSessionAccessor that names one.");

    private SessionState AddState(string sessionId)
    {
        // What is idle is only a copy of the store. The bound doubles while sessions are in use, so that pruning costs little per session.
        if (_states.Count >= Volatile.Read(ref _pruneAt))
        {
            foreach (var (id, state) in _states)
            {
                if (state.IsIdle)
                {
                    _states.TryRemove(new(id, state));
                }
            }

            Volatile.Write(ref _pruneAt, Math.Max(FirstPruning, _states.Count * 2));
        }

        return _states.GetOrAdd(sessionId, id => new SessionState(new TokenSessionKey(Name, id), _options, Time));
    }
}
