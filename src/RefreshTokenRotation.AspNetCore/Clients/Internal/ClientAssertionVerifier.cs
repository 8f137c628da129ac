using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Authenticates clients by signed assertions: <c>private_key_jwt</c> (RFC 7523 section 3, OpenID Connect Core section 9).</summary>
internal sealed class ClientAssertionVerifier(IReplayStore replays, TimeProvider time)
{
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>How far ahead an assertion may end. It bounds how long its <c>jti</c> is remembered.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(10);

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
    /// <param name="audiences">The server's own names: its issuer and the address of its token endpoint.</param>
    /// <param name="cancellationToken">The request's.</param>
    public async ValueTask<bool> VerifyAsync(
        string assertion, OAuthClient client, string tenantId, IReadOnlyCollection<string> audiences, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return CompactJws.Parse(assertion) is { } token
            && (token.Type is null || Types.Contains(token.Type, StringComparer.OrdinalIgnoreCase))
            && CompactJws.Text(token.Payload, "iss") == client.ClientId
            && CompactJws.Text(token.Payload, "sub") == client.ClientId
            && IsForUs(token.Payload, audiences)
            && EndOf(token.Payload, now) is { } end
            && CompactJws.Text(token.Payload, "jti") is { Length: > 0 } id
            && JsonWebKeys.ParseSet(client.JsonWebKeySet) is { } keys
            && JsonWebKeys.VerifyByAny(keys, token)
            && await replays.TryAddAsync(ReplayKey(tenantId, client.ClientId, id), end + ClockTolerance, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every name must be one of ours: an assertion that is also meant for another server could come from there.</summary>
    private static bool IsForUs(JsonElement payload, IReadOnlyCollection<string> audiences)
    {
        return payload.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.String => IsOurs(audience),
            JsonValueKind.Array => audience.GetArrayLength() > 0 && audience.EnumerateArray().All(IsOurs),
            _ => false,
        };

        bool IsOurs(JsonElement name) => name.ValueKind == JsonValueKind.String && audiences.Contains(name.GetString()!);
    }

    /// <summary>When the assertion ends; null if its times don't allow to use it now.</summary>
    private static DateTimeOffset? EndOf(JsonElement payload, DateTimeOffset now)
    {
        var latestStart = Seconds(now + ClockTolerance);
        return payload.TryGetProperty("exp", out var exp)
            && Number(exp) is { } end
            && end > Seconds(now - ClockTolerance)
            && end <= Seconds(now + LongestLife + ClockTolerance)
            && IsNoLater(payload, "nbf", latestStart)
            && IsNoLater(payload, "iat", latestStart)
                ? DateTimeOffset.UnixEpoch.AddSeconds(end)
                : null;
    }

    private static bool IsNoLater(JsonElement payload, string name, double bound) =>
        !payload.TryGetProperty(name, out var value) || Number(value) <= bound;

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static double Seconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static string ReplayKey(string tenantId, string clientId, string id) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"private_key_jwt\0{tenantId}\0{clientId}\0{id}")));
}
