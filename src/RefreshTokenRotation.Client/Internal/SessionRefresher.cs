namespace RefreshTokenRotation.Client;

/// <summary>One flight: reads the session, takes its lock, reads it again, presents the refresh token, stores the new one. See README.md beside this file.</summary>
internal sealed class SessionRefresher(
    string name, RefreshTokenClientOptions options, SessionRepository repository, TokenEndpoint endpoint, ClientMetrics metrics, TimeProvider time)
{
    private const int MaxConflicts = 8;
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>Never throws: what goes wrong is a result.</summary>
    /// <param name="state">The session.</param>
    /// <param name="target">What the access token is for.</param>
    /// <param name="rejected">An access token that the resource server refused, and that must not come back; or null.</param>
    public async Task<TokenResult> RefreshAsync(SessionState state, TokenTarget target, string? rejected)
    {
        using var span = metrics.Begin(name);
        TokenResult result;
        try
        {
            result = await state.InTurnAsync(() => RefreshInTurnAsync(state, target, rejected)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a store of the host's may throw anything; its fault must not fail callers in ways that they don't expect
        catch (Exception error)
#pragma warning restore CA1031
        {
            metrics.Logger.StoreFailed(name, error);
            result = new TokenResult.Unavailable(state.Backoff.Fail());
        }

        metrics.End(span, name, result);
        return result;
    }

    private async Task<TokenResult> RefreshInTurnAsync(SessionState state, TokenTarget target, string? rejected)
    {
        if (state.Backoff.Remaining is { Ticks: > 0 } wait)
        {
            return new TokenResult.Unavailable(wait);
        }

        // Another process may have refreshed already: then no lock is needed.
        var stored = await repository.LoadAsync(state).ConfigureAwait(false);
        if (Usable(state, target, rejected) is { } early && state.Unsaved is null)
        {
            return early;
        }

        if (stored is null && options.OnSessionEnded is null && state.Unsaved is null)
        {
            return new TokenResult.LoginRequired();
        }

        var held = await repository.LockAsync(state.Key).ConfigureAwait(false);
        await using var ownedHeld = held.ConfigureAwait(false);
        return await RefreshUnderLockAsync(state, target, rejected).ConfigureAwait(false);
    }

    private async Task<TokenResult> RefreshUnderLockAsync(SessionState state, TokenTarget target, string? rejected)
    {
        for (var conflict = 0; conflict < MaxConflicts; conflict++)
        {
            await repository.SavePendingAsync(state).ConfigureAwait(false);
            if (await repository.LoadAsync(state).ConfigureAwait(false) is not { } session)
            {
                if (!await LogInAsync(state, SessionEndReason.NotSignedIn).ConfigureAwait(false))
                {
                    return new TokenResult.LoginRequired();
                }

                continue;
            }

            if (Usable(state, target, rejected) is { } usable)
            {
                return usable;
            }

            switch (await PresentAsync(state, session.Data, target).ConfigureAwait(false))
            {
                case TokenAnswer.Granted { Grant: var grant }:
                    // The new refresh token is durable before the access token is used. A conflict means that another session took this one's place.
                    if (await repository.SaveAsync(state, session.Version, session.Data.After(grant, target, options.DefaultLifetime)).ConfigureAwait(false))
                    {
                        state.Backoff.Reset();
                        state.ClearTrouble(target, onlyRefusal: true);
                        return state.Find(target)!.Result;
                    }

                    break;

                case TokenAnswer.Refused { EndsSession: true } refused:
                    if (await repository.DeleteAsync(state, session.Version).ConfigureAwait(false))
                    {
                        state.Backoff.Reset();
                        metrics.SessionEnded(name, refused.Reason);
                        if (!await LogInAsync(state, refused.Reason).ConfigureAwait(false))
                        {
                            return new TokenResult.SessionEnded(refused.Reason);
                        }
                    }

                    break; // another process stored a newer token meanwhile: that one counts

                case TokenAnswer.Refused refused:
                    state.NoteTrouble(target, refused.Error);
                    metrics.Logger.Refused(name, refused.Error);
                    return new TokenResult.Refused(refused.Error);

                case TokenAnswer.Failed failed:
                    var wait = state.Backoff.Fail(failed.RetryAfter);
                    metrics.Logger.Unavailable(name, failed.Cause, wait);
                    return new TokenResult.Unavailable(wait);
            }
        }

        return new TokenResult.Unavailable(state.Backoff.Fail());
    }

    /// <summary>Presents the token, and the same one again at once while a response may be lost and the server's leeway lasts.</summary>
    private async Task<TokenAnswer> PresentAsync(SessionState state, SessionData session, TokenTarget target)
    {
        List<KeyValuePair<string, string>> parameters = [new("grant_type", "refresh_token"), new("refresh_token", session.RefreshToken)];
        if (target.Scope is { } scope)
        {
            parameters.Add(new("scope", scope));
        }

        if (target.Resource is { } resource)
        {
            parameters.Add(new("resource", resource));
        }

        // A request may take half of the leeway, so that a retry still falls within it.
        var leeway = session.Leeway ?? options.Leeway;
        var timeout = leeway <= TimeSpan.Zero || leeway / 2 >= options.RequestTimeout ? options.RequestTimeout
            : leeway / 2 > LeastTimeout ? leeway / 2
            : LeastTimeout;
        var (began, lastSent, mayHaveHappened) = (time.GetTimestamp(), time.GetTimestamp(), false);
        for (var attempt = 0; ; attempt++)
        {
            var sent = time.GetTimestamp();
            var answer = await endpoint.SendAsync(parameters, state.DPoPKey, timeout, CancellationToken.None).ConfigureAwait(false);
            if (answer is not TokenAnswer.Failed failed)
            {
                return answer;
            }

            // What surely never arrived can wait. What may have arrived must be repeated while the old token is still good: the leeway of the latest of these
            // attempts, for any of them may be the one that the server saw. Pauses: 0, then 1/16, 1/8, 1/4 and 1/2 of the leeway.
            if (failed.MayHaveHappened)
            {
                (mayHaveHappened, lastSent) = (true, sent);
            }

            var pause = attempt == 0 ? TimeSpan.Zero : leeway / 32 * Math.Pow(2, Math.Min(attempt, 4)) * (0.75 + (options.Jitter() / 4000.0));
            var isTooLate = time.GetElapsedTime(lastSent) + pause >= leeway || time.GetElapsedTime(began) + pause >= LongestRetry;
            if (!mayHaveHappened || (attempt > 0 && isTooLate))
            {
                return failed;
            }

            metrics.Retried(name, failed.Cause);
            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }

    private TokenResult.Succeeded? Usable(SessionState state, TokenTarget target, string? rejected) =>
        state.Find(target) is { } token && time.GetUtcNow() < token.RefreshAt && !token.Token.HasValue(rejected) ? token.Result : null;

    /// <summary>Gives the host the chance of an interactive log-in. True if there is a session now.</summary>
    private async Task<bool> LogInAsync(SessionState state, SessionEndReason reason)
    {
        if (options.OnSessionEnded is not { } callback)
        {
            return false;
        }

        var context = new SessionEndedContext(state.Key, reason, this);
        try
        {
            await callback(context, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // code of the host's
        catch (Exception error)
#pragma warning restore CA1031
        {
            metrics.Logger.CallbackFailed(name, error);
            return false;
        }

        return context.NewSession is { } session && await repository.SaveAsync(state, expected: null, session).ConfigureAwait(false);
    }

    /// <summary>Redeems a grant for a session's first tokens.</summary>
    public async ValueTask<(TokenResult Result, SessionData? Session)> RedeemAsync(IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken)
    {
        var key = options.UseDPoP ? DPoPKey.Create() : null;
        var proofs = DPoPKey.ImportOrNull(key);
        switch (await endpoint.SendAsync(parameters, proofs, options.RequestTimeout, cancellationToken).ConfigureAwait(false))
        {
            case TokenAnswer.Granted { Grant: { RefreshToken: not null } grant }:
                var session = new SessionData { RefreshToken = grant.RefreshToken, DPoPKey = key }.After(grant, default, options.DefaultLifetime);
                return (new CachedToken(session.AccessTokens[0], options).Result with { IdToken = grant.IdToken }, session);
            case TokenAnswer.Granted:
                return (new TokenResult.Refused("no_refresh_token"), null);
            case TokenAnswer.Refused refused:
                return (new TokenResult.Refused(refused.Error), null);
            case TokenAnswer.Failed failed:
                metrics.Logger.Unavailable(name, failed.Cause, failed.RetryAfter ?? TimeSpan.Zero);
                return (new TokenResult.Unavailable(failed.RetryAfter ?? TimeSpan.FromSeconds(1)), null);
            default:
                throw new InvalidOperationException("This kind of response from the token endpoint is not handled.");
        }
    }

    public SessionData SessionFrom(TokenSet tokens)
    {
        if (tokens.AccessToken is { } value && !TokenAnswerJson.IsHeaderSafe(value))
        {
            throw new ArgumentException("The access token has characters that a header can't contain.", nameof(tokens));
        }

        var session = new SessionData { RefreshToken = tokens.RefreshToken, DPoPKey = tokens.DPoPKey?.ToArray() };
        return tokens.AccessToken is not { } accessToken ? session : session.After(
            new TokenGrant { AccessToken = accessToken, TokenType = tokens.TokenType, Scope = tokens.Scope, ExpiresIn = tokens.ExpiresIn, RequestedAt = time.GetUtcNow() },
            default,
            options.DefaultLifetime);
    }
}
