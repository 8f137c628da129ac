using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Authenticates clients by signed assertions: <c>private_key_jwt</c> (RFC 7523 section 3, OpenID Connect Core section 9).</summary>
internal sealed class ClientAssertionVerifier(IReplayStore replays, TimeProvider time)
{
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>How far the client's clock may be off.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    // A token for another purpose says so in its type, and is none of ours (RFC 8725 section 3.11).
    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    /// <summary>The client that an assertion claims to come from, to find its keys by; null if it names none.</summary>
    public static string? ClaimedClient(string assertion) =>
        CompactJws.Parse(assertion) is { } token ? CompactJws.Text(token.Payload, "sub") : null;

    /// <summary>Whether the client made this assertion, for this server, and uses it for the first time.</summary>
    /// <param name="assertion">What the request holds; any text.</param>
    /// <param name="client">The client.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="expected">What the assertion must say of this server, and how long it may live.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <returns>Null, or the code of the check that failed: it goes into the log and the metrics, and to no caller.</returns>
    public async ValueTask<string?> FindFailureAsync(
        string assertion, OAuthClient client, string tenantId, ExpectedAssertion expected, CancellationToken cancellationToken)
    {
        if (CompactJws.Parse(assertion) is not { } token)
        {
            return "form";
        }

        var payload = token.Payload;
        var end = EndOf(payload, expected.LongestLife, out var failure);
        failure = token.Type is not null && !Types.Contains(token.Type, StringComparer.OrdinalIgnoreCase) ? "type"
            : CompactJws.Text(payload, "iss") != client.ClientId ? "issuer"
            : CompactJws.Text(payload, "sub") != client.ClientId ? "subject"
            : !IsForUs(payload, expected) ? "audience"
            : failure is not null ? failure
            : CompactJws.Text(payload, "jti") is not { Length: > 0 } ? "jti"
            : JsonWebKeys.ParseSet(client.JsonWebKeySet) is not { } keys ? "keys"
            : !JsonWebKeys.VerifyByAny(keys, token) ? "signature"
            : null;
        return failure
            ?? (await replays.TryAddAsync(ReplayKeyOf(client.ClientId, tenantId, CompactJws.Text(payload, "jti")!), end + ClockTolerance, cancellationToken).ConfigureAwait(false)
                ? null
                : "replay");
    }

    /// <summary>Every name must be one of ours: an assertion that is also meant for another server could come from there.</summary>
    private static bool IsForUs(JsonElement payload, ExpectedAssertion expected)
    {
        return payload.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.String => IsOurs(audience),
            JsonValueKind.Array => !expected.IsOneText && audience.GetArrayLength() > 0 && audience.EnumerateArray().All(IsOurs),
            _ => false,
        };

        bool IsOurs(JsonElement name) => name.ValueKind == JsonValueKind.String && expected.Audiences.Contains(name.GetString()!);
    }

    /// <summary>When the assertion ends, and what is wrong with its times.</summary>
    private DateTimeOffset EndOf(JsonElement payload, TimeSpan longestLife, out string? failure)
    {
        var now = time.GetUtcNow();
        var latestStart = Seconds(now + ClockTolerance);
        var end = CompactJws.Number(payload, "exp");
        failure = end is null || end > Seconds(now + longestLife + ClockTolerance) ? "lifetime"
            : end <= Seconds(now - ClockTolerance) ? "expired"
            : !IsNoLater(payload, "nbf", latestStart) || !IsNoLater(payload, "iat", latestStart) ? "not_yet_valid"
            : null;
        return failure is null ? DateTimeOffset.UnixEpoch.AddSeconds(end!.Value) : default;
    }

    private static bool IsNoLater(JsonElement payload, string name, double bound) =>
        !payload.TryGetProperty(name, out _) || CompactJws.Number(payload, name) <= bound;

    private static double Seconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static ReplayKey ReplayKeyOf(string clientId, string tenantId, string id) => new(
        ReplayPurpose.ClientAssertion, HashOf($"{tenantId}\0{clientId}"), HashOf($"private_key_jwt\0{tenantId}\0{clientId}\0{id}"));

    internal static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What an assertion must say.</summary>
/// <param name="Audiences">The server's own names.</param>
/// <param name="LongestLife">How far ahead it may end. It bounds how long its <c>jti</c> is remembered.</param>
/// <param name="IsOneText">Whether <c>aud</c> must be a string, and no array (FAPI 2.0 security profile, section 5.3.2.1).</param>
internal sealed record ExpectedAssertion(IReadOnlyCollection<string> Audiences, TimeSpan LongestLife, bool IsOneText = false);

/// <summary>Client assertions at the endpoints: their audience is this server, by its issuer or the address of its token endpoint, whichever endpoint
/// is called.</summary>
internal sealed class ClientAssertionAuthentication
{
    // Otherwise another server could present an assertion that it received here, with its own name as Host header.
    private const string NameNeeded = "no Issuer is set: the audience of an assertion would be compared with the Host header, which is whatever the caller writes.";

    private readonly ClientAssertionVerifier _verifier;
    private readonly EndpointAddresses _addresses;
    private readonly RefreshTokenEndpointOptions _options;

    public ClientAssertionAuthentication(ClientAssertionVerifier verifier, EndpointAddresses addresses, IOptions<RefreshTokenEndpointOptions> options)
    {
        (_verifier, _addresses, _options) = (verifier, addresses, options.Value);
        if (!addresses.IsIssuerNamed
            && _options.Clients.FirstOrDefault(static client => client.AuthenticationMethod == ClientAuthenticationMethod.PrivateKeyJwt) is { } signer)
        {
            throw new InvalidOperationException($"Clients['{signer.ClientId}'] has the AuthenticationMethod PrivateKeyJwt, but {NameNeeded}");
        }
    }

    /// <summary>Null if the client signed the assertion, for this server, and not too long ago; else the code of the check that failed.</summary>
    public ValueTask<string?> FindFailureAsync(OAuthRequest request, OAuthClient client, string assertion, CancellationToken cancellationToken) =>
        _addresses.IsIssuerNamed
            ? _verifier.FindFailureAsync(assertion, client, request.TenantId, Expect(request), cancellationToken)
            : throw new InvalidOperationException($"A client has the AuthenticationMethod PrivateKeyJwt, but {NameNeeded}");

    private ExpectedAssertion Expect(OAuthRequest request)
    {
        var issuer = _addresses.Issuer(request.Context);
        return _options.AssertionAudienceIsIssuer
            ? new ExpectedAssertion([issuer], _options.AssertionLifetime, IsOneText: true)
            : new ExpectedAssertion([issuer, issuer.TrimEnd('/'), _addresses.Of(request.Context, _options.TokenPath)], _options.AssertionLifetime);
    }
}
