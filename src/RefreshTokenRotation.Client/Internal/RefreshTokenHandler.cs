using System.Net;

namespace RefreshTokenRotation.Client;

/// <summary>Attaches the access token, and repeats a request after a 401 with another one where its body can be repeated.</summary>
internal sealed class RefreshTokenHandler(RefreshTokenClient client, RefreshTokenHandlerOptions options) : DelegatingHandler
{
    /// <summary>A refusal, one repetition with a token that another process got meanwhile, one with a token of our own, and one for a nonce.</summary>
    private const int MaxRepetitions = 3;

    private const string Authorization = "Authorization";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!AppliesTo(request))
        {
            return base.SendAsync(request, cancellationToken);
        }

        // A fresh token is at hand at once: what is kept until the answer comes is then small.
        var (target, session) = (TargetOf(request), SessionOf(request));
        return client.FindFreshToken(target, session) is { } token
            ? SendAsync(request, token, cancellationToken)
            : WaitAndSendAsync(request, target, session, cancellationToken);
    }

    private async Task<HttpResponseMessage> WaitAndSendAsync(HttpRequestMessage request, TokenTarget target, string? session, CancellationToken cancellationToken)
    {
        var result = await client.GetTokenAsync(target, session, cancellationToken).ConfigureAwait(false);
        if (result is TokenResult.Succeeded { Token: var token })
        {
            return await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        }

        return options.SendWithoutToken ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false) : throw new TokenUnavailableException(result);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, SessionAccessToken token, CancellationToken cancellationToken)
    {
        var began = client.Time.GetUtcNow().UtcTicks;
        var response = await SendOnceAsync(request, token, cancellationToken).ConfigureAwait(false);
        if (token.IsDPoP)
        {
            client.Nonces.Learn(request.RequestUri!, response);
        }

        return response.StatusCode == HttpStatusCode.Unauthorized
            ? await RepeatAsync(request, response, token, began, cancellationToken).ConfigureAwait(false)
            : response;
    }

    private async Task<HttpResponseMessage> RepeatAsync(
        HttpRequestMessage request, HttpResponseMessage response, SessionAccessToken token, long began, CancellationToken cancellationToken)
    {
        var (target, session) = (TargetOf(request), SessionOf(request));
        var isNewToken = false;
        var hasNonce = false;
        for (var repetition = 0; repetition < MaxRepetitions && response.StatusCode == HttpStatusCode.Unauthorized; repetition++)
        {
            if (!hasNonce && token.IsDPoP && AsksForNonce(response))
            {
                hasNonce = true; // RFC 9449, section 9: the token is good, the proof lacked a nonce
            }
            else
            {
                var state = client.FindState(session);
                if (isNewToken || state?.Trouble(target) is not null)
                {
                    // Not even a token of just now is good: refreshing on each request would only load the server.
                    if (isNewToken)
                    {
                        state?.NoteTrouble(target, error: null);
                    }

                    return response;
                }

                if (await client.ReplaceTokenAsync(token, target, session, cancellationToken).ConfigureAwait(false) is not TokenResult.Succeeded next)
                {
                    return response;
                }

                (token, isNewToken) = (next.Token, next.Token.ObtainedAt.UtcTicks >= began);
            }

            if (!RequestBody.IsRepeatable(request))
            {
                return response;
            }

            response.Dispose();
            response = await SendOnceAsync(request, token, cancellationToken).ConfigureAwait(false);
            if (token.IsDPoP)
            {
                client.Nonces.Learn(request.RequestUri!, response);
            }
        }

        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            client.FindState(session)?.ClearTrouble(target);
        }
        else if (isNewToken)
        {
            client.FindState(session)?.NoteTrouble(target, error: null);
        }

        return response;
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, SessionAccessToken token, CancellationToken cancellationToken)
    {
        // As text, which the headers keep as it is: a parsed value would cost each request an object more.
        request.Headers.Remove(Authorization);
        request.Headers.TryAddWithoutValidation(Authorization, token.Header);
        if (token.IsDPoP && client.FindState(SessionOf(request))?.DPoPKey is { } key)
        {
            var address = request.RequestUri!;
            request.Headers.Remove("DPoP");
            request.Headers.TryAddWithoutValidation("DPoP", key.Prove(request.Method, address, client.Time.GetUtcNow(), client.Nonces.For(address), token.Reveal()));
        }

        return base.SendAsync(request, cancellationToken);
    }

    private TokenTarget TargetOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(RefreshTokenRequestExtensions.Target, out var named) ? named : options.Target;

    private static string? SessionOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(RefreshTokenRequestExtensions.Session, out var session) ? session : null;

    private bool AppliesTo(HttpRequestMessage request) =>
        options.AppliesTo is { } applies ? applies(request) : request.RequestUri is { IsAbsoluteUri: true } address && ServerMetadata.IsSecure(address);

    private static bool AsksForNonce(HttpResponseMessage response) => response.Headers.WwwAuthenticate.Any(static challenge =>
        challenge.Scheme.Equals("DPoP", StringComparison.OrdinalIgnoreCase) && challenge.Parameter?.Contains("use_dpop_nonce", StringComparison.Ordinal) == true);
}

/// <summary>Says whether a request's body can be sent a second time.</summary>
internal static class RequestBody
{
    public static bool IsRepeatable(HttpRequestMessage request) =>
        request.Options.TryGetValue(RefreshTokenRequestExtensions.Repeatable, out var isRepeatable) ? isRepeatable : IsRepeatable(request.Content);

    // A stream may be used up, and content of unknown type may read one.
    private static bool IsRepeatable(HttpContent? content) => content switch
    {
        null => true,
        ByteArrayContent or ReadOnlyMemoryContent => true, // text and forms are byte arrays too
        System.Net.Http.Json.JsonContent json => !IsAsyncSequence(json.ObjectType),
        MultipartContent parts => parts.All(IsRepeatable),
        _ => false,
    };

    // Asked of the type alone: a sequence that is read while it is sent may not begin again. A type that hides one is the caller's to mark.
    private static bool IsAsyncSequence(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);
}
