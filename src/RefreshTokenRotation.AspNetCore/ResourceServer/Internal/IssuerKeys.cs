using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Reads access tokens of issuers elsewhere, by the public keys that their metadata name (RFC 8414 section 3).</summary>
internal sealed class IssuerKeys(IHttpClientFactory clients, TenantRule tenants, TimeProvider time, ILogger<IssuerKeys> logger)
{
    private const int LargestAnswer = 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Issuer> _issuers = new(StringComparer.Ordinal);

    public static void AddHttpClient(IServiceCollection services) =>
        services.AddHttpClient(RotationBearerOptions.AuthorityClientName)
            .ConfigureHttpClient(static client => (client.MaxResponseContentBufferSize, client.Timeout) = (LargestAnswer, Timeout))
            .RemoveAllLoggers();

    /// <summary>Null if the text is no valid access token of this issuer. An exception is an outage.</summary>
    public async ValueTask<ValidatedAccessToken?> ValidateAsync(string issuer, string token, CancellationToken cancellationToken)
    {
        if (CompactJws.Parse(token) is not { } jws || !string.Equals(jws.Type, AccessTokenClaims.Type, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var known = _issuers.GetOrAdd(issuer, static _ => new Issuer());
        var keys = await GetAsync(issuer, known, jws.KeyId, cancellationToken).ConfigureAwait(false);
        return JsonWebKeys.VerifyByAny(keys, jws)
            && CompactJws.Text(jws.Payload, "iss") == issuer
            && IsAlive(jws.Payload)
                ? AccessTokenClaims.Describe(jws.Payload, tenants.Claim)
                : null;
    }

    private bool IsAlive(JsonElement claims)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        return CompactJws.Number(claims, "exp") > now && (!claims.TryGetProperty("nbf", out _) || CompactJws.Number(claims, "nbf") <= now);
    }

    /// <summary>One request at a time asks an issuer; the others wait, or go on with the keys of before.</summary>
    private async ValueTask<IReadOnlyList<JsonElement>> GetAsync(string issuer, Issuer known, string? keyId, CancellationToken cancellationToken)
    {
        if (!IsDue(known, keyId))
        {
            return known.Keys!;
        }

        await known.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (known.FailedAt is { } failedAt)
            {
                if (time.GetElapsedTime(failedAt) < RestAfterFailure)
                {
                    throw new InvalidOperationException($"The keys of the issuer '{issuer}' could not be read a moment ago.");
                }

                known.FailedAt = null;
            }

            if (IsDue(known, keyId))
            {
                known.AskedAt = time.GetTimestamp();
                known.Keys = await LoadAsync(issuer, cancellationToken).ConfigureAwait(false);
                (known.LoadedAt, known.FailedAt) = (time.GetTimestamp(), null);
            }
        }
        catch (Exception fault) when (known.Keys is not null && !cancellationToken.IsCancellationRequested)
        {
            logger.IssuerUnreachable(fault, issuer);
        }
        catch when (known.FailedAt is null && !cancellationToken.IsCancellationRequested)
        {
            known.FailedAt = time.GetTimestamp();
            throw;
        }
        finally
        {
            known.Turn.Release();
        }

        return known.Keys!;
    }

    /// <summary>Anybody can name a key that is not there: the issuer is asked for it now and then.</summary>
    private bool IsDue(Issuer known, string? keyId) =>
        known.Keys is not { } keys
        || (time.GetElapsedTime(known.AskedAt) >= AskedAgainAfter
            && (time.GetElapsedTime(known.LoadedAt) >= KeptFor || (keyId is not null && !keys.Any(key => CompactJws.Text(key, "kid") == keyId))));

    private async ValueTask<IReadOnlyList<JsonElement>> LoadAsync(string issuer, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(RotationBearerOptions.AuthorityClientName);
        var address = new Uri(issuer);
        var origin = address.GetLeftPart(UriPartial.Authority);
        var path = address.AbsolutePath.TrimEnd('/');
        var text = await GetAsync(client, $"{origin}/.well-known/oauth-authorization-server{path}", cancellationToken).ConfigureAwait(false)
            ?? await GetAsync(client, $"{origin}{path}{EndpointAddresses.OpenIdPath}", cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The issuer '{issuer}' has no metadata (RFC 8414, OpenID Connect Discovery).");
        var metadata = JsonElement.Parse(text, CompactJws.Strict);
        if (CompactJws.Text(metadata, "issuer") is var named && named != issuer)
        {
            throw new InvalidOperationException(
                $"The metadata of '{issuer}' names the issuer '{named}': RotationBearerOptions.Authority must be the same in every character (RFC 8414 section 3.3).");
        }

        var keys = CompactJws.Text(metadata, "jwks_uri") is { } uri ? await GetAsync(client, uri, cancellationToken).ConfigureAwait(false) : null;
        return JsonWebKeys.ParseSet(keys)
            ?? throw new InvalidOperationException($"The metadata of '{issuer}' names no JSON Web Key Set (jwks_uri).");
    }

    /// <summary>Null if there is no such document.</summary>
    private static async ValueTask<string?> GetAsync(HttpClient client, string address, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(new Uri(address), cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is known of one issuer.</summary>
    private sealed class Issuer
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public IReadOnlyList<JsonElement>? Keys { get; set; }

        public long AskedAt { get; set; }

        public long LoadedAt { get; set; }

        /// <summary>When the first keys could not be read.</summary>
        public long? FailedAt { get; set; }
    }
}
