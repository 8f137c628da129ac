using System.Text.Json;

namespace RefreshTokenRotation.Client;

/// <summary>The endpoints of a server: named by the options, or discovered (RFC 8414, OpenID Connect Discovery) and kept for a day.</summary>
internal sealed class ServerMetadata(RefreshTokenClientOptions options, Func<HttpClient> http, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private Task<Document>? _reading;
    private volatile Document? _known;

    /// <summary>What an assertion names as its audience: the issuer, or the token endpoint where no issuer is known.</summary>
    public string Audience(Uri tokenEndpoint) => _known?.Issuer ?? options.Authority?.OriginalString ?? tokenEndpoint.AbsoluteUri;

    /// <summary>The address of an endpoint; null if the server names none.</summary>
    /// <exception cref="HttpRequestException">The metadata can't be read, or are not those of the issuer.</exception>
    public async ValueTask<Uri?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var named = name switch
        {
            "token_endpoint" => options.TokenEndpoint,
            "revocation_endpoint" => options.RevocationEndpoint,
            _ => null,
        };
        if (named is not null || options.Authority is null)
        {
            return named;
        }

        return (await GetAsync(options.Authority, cancellationToken).ConfigureAwait(false)).Endpoints.GetValueOrDefault(name);
    }

    private async ValueTask<Document> GetAsync(Uri issuer, CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetElapsedTime(known.ReadAt) < Lifetime)
        {
            return known;
        }

        Task<Document> reading;
        lock (_lock)
        {
            reading = _reading is { IsCompleted: false } other ? other : _reading = ReadAsync(issuer);
        }

        try
        {
            return _known = await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (_known is not null)
        {
            return _known; // yesterday's endpoints are better than none
        }
    }

    private async Task<Document> ReadAsync(Uri issuer)
    {
        var path = issuer.AbsolutePath.TrimEnd('/');
        var origin = issuer.GetLeftPart(UriPartial.Authority);
        return await TryReadAsync(issuer, new Uri($"{origin}/.well-known/oauth-authorization-server{path}")).ConfigureAwait(false)
            ?? await TryReadAsync(issuer, new Uri($"{origin}{path}/.well-known/openid-configuration")).ConfigureAwait(false)
            ?? throw new HttpRequestException("The authorization server has no metadata.");
    }

    private async Task<Document?> TryReadAsync(Uri issuer, Uri address)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var client = http();
        try
        {
            using var response = await client.GetAsync(address, limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (int)response.StatusCode is 404 or 400 or 405
                    ? null
                    : throw new HttpRequestException("The authorization server's metadata could not be read.", inner: null, response.StatusCode);
            }

            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false));
            return Parse(issuer, json.RootElement);
        }
        catch (OperationCanceledException)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The authorization server's metadata took too long.");
        }
        catch (JsonException)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The authorization server's metadata is not JSON.");
        }
    }

    private Document Parse(Uri issuer, JsonElement metadata)
    {
        // RFC 8414, section 3.3: another issuer's document is no good, whoever serves it.
        if (metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty("issuer", out var named) || named.ValueKind != JsonValueKind.String
            || named.GetString() is not { } name || name.TrimEnd('/') != issuer.OriginalString.TrimEnd('/'))
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The authorization server's metadata names another issuer.");
        }

        var endpoints = new Dictionary<string, Uri>();
        foreach (var member in metadata.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && member.Name.EndsWith("_endpoint", StringComparison.Ordinal)
                && Uri.TryCreate(member.Value.GetString(), UriKind.Absolute, out var address) && IsSecure(address))
            {
                endpoints[member.Name] = address;
            }
        }

        return new Document(name, endpoints, time.GetTimestamp());
    }

    internal static bool IsSecure(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private sealed record Document(string Issuer, Dictionary<string, Uri> Endpoints, long ReadAt);
}
