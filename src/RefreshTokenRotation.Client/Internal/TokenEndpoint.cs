using System.Net;

namespace RefreshTokenRotation.Client;

/// <summary>Sends one request to the token endpoint and says what its answer means. Never throws for what a server or a network does.</summary>
internal sealed class TokenEndpoint(RefreshTokenClientOptions options, Func<HttpClient> http, ServerMetadata metadata, DPoPNonces nonces, TimeProvider time)
{
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    public async Task<TokenAnswer> SendAsync(
        IEnumerable<KeyValuePair<string, string>> parameters, DPoPKey? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Uri? address;
        try
        {
            address = await metadata.FindAsync("token_endpoint", cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return new TokenAnswer.Failed(MayHaveHappened: false, RetryAfter: null, "metadata");
        }

        if (address is null)
        {
            return new TokenAnswer.Failed(MayHaveHappened: false, RetryAfter: null, "no token endpoint");
        }

        var form = parameters.ToList();
        var answer = await SendOnceAsync(address, form, key, timeout, cancellationToken).ConfigureAwait(false);

        // RFC 9449, section 8: the server names a nonce and has consumed nothing.
        return answer.WantsNonce ? (await SendOnceAsync(address, form, key, timeout, cancellationToken).ConfigureAwait(false)).Answer : answer.Answer;
    }

    /// <summary>Revokes a refresh token (RFC 7009). True if the server says so.</summary>
    public async Task<bool> RevokeAsync(string refreshToken, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (await metadata.FindAsync("revocation_endpoint", linked.Token).ConfigureAwait(false) is not { } address)
            {
                return false;
            }

            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            List<KeyValuePair<string, string>> form = [new("token", refreshToken), new("token_type_hint", "refresh_token")];
            await ClientAuthentication.AddAsync(request, form, options, metadata.Audience(address), time.GetUtcNow(), linked.Token).ConfigureAwait(false);
            request.Content = new FormUrlEncodedContent(form);
            using var client = http();
            using var response = await client.SendAsync(request, linked.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<(TokenAnswer Answer, bool WantsNonce)> SendOnceAsync(
        Uri address, List<KeyValuePair<string, string>> parameters, DPoPKey? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var now = time.GetUtcNow();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Headers.Accept.ParseAdd("application/json");
            List<KeyValuePair<string, string>> form = [.. parameters];
            await ClientAuthentication.AddAsync(request, form, options, metadata.Audience(address), now, linked.Token).ConfigureAwait(false);
            request.Content = new FormUrlEncodedContent(form);
            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation("DPoP", key.Prove(HttpMethod.Post, address, now, nonces.For(address), accessToken: null));
            }

            using var client = http();
            using var response = await client.SendAsync(request, linked.Token).ConfigureAwait(false);
            var isNewNonce = nonces.Learn(address, response);
            var answer = Classify(response, await response.Content.ReadAsByteArrayAsync(linked.Token).ConfigureAwait(false), now);
            return (answer, key is not null && isNewNonce && answer is TokenAnswer.Refused { Error: "use_dpop_nonce" });
        }
        catch (HttpRequestException error)
        {
            return (new TokenAnswer.Failed(WasPerhapsSent(error.HttpRequestError), RetryAfter: null, "network"), false);
        }
        catch (IOException)
        {
            return (new TokenAnswer.Failed(MayHaveHappened: true, RetryAfter: null, "network"), false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new TokenAnswer.Failed(MayHaveHappened: true, RetryAfter: null, "timeout"), false);
        }
    }

    private static bool WasPerhapsSent(HttpRequestError error) => error is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);

    /*
     * 200 with tokens                          granted
     * 200, JSON that is cut or lacks a token   failed, may have happened
     * 400 or 403, JSON invalid_grant           refused, ends the session (RFC 6749, section 5.2)
     * 4xx, JSON with another OAuth error       refused
     * 429, 503                                 failed, did not happen, Retry-After
     * 408, other 5xx                           failed, may have happened: a gateway lost the answer
     * anything else: redirects, HTML           failed, did not happen: a portal or proxy is in between
     */
    private static TokenAnswer Classify(HttpResponseMessage response, byte[] body, DateTimeOffset requestedAt)
    {
        var status = (int)response.StatusCode;
        var isJson = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            return new TokenAnswer.Failed(MayHaveHappened: false, RetryAfterOf(response, requestedAt), response.StatusCode == HttpStatusCode.TooManyRequests ? "429" : "503");
        }

        if (status is 408 or >= 500)
        {
            return new TokenAnswer.Failed(MayHaveHappened: true, RetryAfterOf(response, requestedAt), "5xx");
        }

        if (!isJson || status is >= 300 and < 400)
        {
            return new TokenAnswer.Failed(MayHaveHappened: false, RetryAfterOf(response, requestedAt), "not an OAuth answer");
        }

        var grant = response.IsSuccessStatusCode ? TokenAnswerJson.ReadGrant(body, requestedAt) : null;
        if (response.IsSuccessStatusCode)
        {
            return grant is null ? new TokenAnswer.Failed(MayHaveHappened: true, RetryAfter: null, "cut answer") : new TokenAnswer.Granted(grant);
        }

        return TokenAnswerJson.ReadError(body) switch
        {
            (null, _) => new TokenAnswer.Failed(MayHaveHappened: false, RetryAfter: null, "not an OAuth answer"),
            ("temporarily_unavailable" or "server_error", _) => new TokenAnswer.Failed(MayHaveHappened: false, RetryAfterOf(response, requestedAt), "temporarily_unavailable"),
            var (error, description) => new TokenAnswer.Refused(error, description, error == "invalid_grant" && (status is 400 or 403)),
        };
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        return wait is { } value && value > TimeSpan.Zero ? (value < MaxRetryAfter ? value : MaxRetryAfter) : null;
    }
}
