using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Makes the document by which clients find the endpoints (RFC 8414 section 2), with what OpenID Connect Discovery adds where there are
/// keys for ID tokens.</summary>
internal sealed class ServerMetadata(
    IOptions<RefreshTokenEndpointOptions> options,
    EndpointAddresses addresses,
    MappedEndpoints mapped,
    GrantTypeHandlers handlers,
    IJsonWebKeySetSource? keys = null,
    DPoPProofs? proofs = null)
{
    private static readonly string[] SecretMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

    private static readonly string[] OwnScopes = ["openid", "offline_access"];

    private readonly RefreshTokenEndpointOptions _options = options.Value;
    private readonly string[] _grantTypes = [.. handlers.Types];

    public async ValueTask<byte[]> CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var document = new JsonObject
        {
            ["issuer"] = addresses.Issuer(context),

            // Required, also where there is no authorization endpoint and so no response.
            ["response_types_supported"] = List(_grantTypes.Contains("authorization_code") ? ["code"] : []),
            ["grant_types_supported"] = List(_grantTypes),
            ["scopes_supported"] = List(Scopes()),
        };
        AddEndpoint(context, document, "token", _options.TokenPath, [.. SecretMethods, "none"]);
        AddEndpoint(context, document, "revocation", _options.RevocationPath, [.. SecretMethods, "none"]);
        AddEndpoint(context, document, "introspection", _options.IntrospectionPath, SecretMethods);
        AddEndpoint(context, document, "global_token_revocation", _options.GlobalRevocationPath, ["client_secret_basic", "private_key_jwt"]);
        if (_options.StateLifetimes)
        {
            document["refresh_token_expiration_types_supported"] = List(["authorization", "token_timeout"]);
        }

        if (keys is not null)
        {
            var set = await keys.GetJsonWebKeySetAsync(cancellationToken).ConfigureAwait(false);
            document["jwks_uri"] = addresses.Of(context, _options.JwksPath);
            document["subject_types_supported"] = List(["public"]);
            document["id_token_signing_alg_values_supported"] = List(AlgorithmsOf(set));
        }

        AddProofOfPossession(document);
        _options.ConfigureMetadata?.Invoke(context, document);
        MakeAbsolute(context, document);
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(document, NodeJson.Default.JsonNode);
    }

    /// <summary>RFC 9449 section 5.1 and RFC 8705 section 3.3.</summary>
    private void AddProofOfPossession(JsonObject document)
    {
        if (_options.TakesProofs && proofs is not null)
        {
            document["dpop_signing_alg_values_supported"] = List(proofs.Algorithms);
        }

        if (_options.TakesCertificates)
        {
            document["tls_client_certificate_bound_access_tokens"] = true;
        }
    }

    private IEnumerable<string> Scopes() =>
        OwnScopes.Skip(keys is null ? 1 : 0).Concat(_options.Apis.SelectMany(static api => api.Scopes)).Distinct(StringComparer.Ordinal);

    private void AddEndpoint(HttpContext context, JsonObject document, string endpoint, string path, string[] methods)
    {
        if (!mapped.Contains(path))
        {
            return;
        }

        document[$"{endpoint}_endpoint"] = addresses.Of(context, path);
        document[$"{endpoint}_endpoint_auth_methods_supported"] = List(methods);
        document[$"{endpoint}_endpoint_auth_signing_alg_values_supported"] = List(JsonWebKeys.Algorithms);
    }

    /// <summary>The host's own members name its paths, and the clients need addresses.</summary>
    private void MakeAbsolute(HttpContext context, JsonObject document)
    {
        foreach (var (name, value) in document.ToArray())
        {
            if ((name.EndsWith("_endpoint", StringComparison.Ordinal) || name.EndsWith("_uri", StringComparison.Ordinal))
                && value is JsonValue text && text.TryGetValue<string>(out var path) && path.StartsWith('/'))
            {
                document[name] = addresses.Of(context, path);
            }
        }
    }

    private static IEnumerable<string> AlgorithmsOf(string keySet) => (JsonWebKeys.ParseSet(keySet) ?? [])
        .Select(static key => CompactJws.Text(key, "alg"))
        .OfType<string>()
        .Distinct(StringComparer.Ordinal);

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode)value)]);
}

/// <summary>Which endpoints the host has mapped, by their paths: the metadata name no others. Filled before the host starts.</summary>
internal sealed class MappedEndpoints
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private bool _isMapped;

    /// <summary>Whether anything is mapped, metadata and the management API included.</summary>
    public bool Any => _isMapped || _paths.Count > 0;

    public void Add(string path) => _paths.Add(path);

    public void MarkMapped() => _isMapped = true;

    public bool Contains(string path) => _paths.Contains(path);

    /// <summary>Whether a request's path may lead to one of them, in any route group.</summary>
    public bool MayBe(PathString path) =>
        path.Value?.TrimEnd('/') is { } requested && _paths.Any(known => requested.EndsWith(known, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Marks a route of the metadata that holds the issuer's path, which is no group of routes.</summary>
/// <param name="Path">The path of the document, the issuer's included.</param>
internal sealed record IssuerDocument(string Path);
