using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Writes the claims of a token as JSON, in a fixed order, behind its header: what is signed.</summary>
internal static class TokenPayload
{
    public static byte[] AccessToken(
        string header, AccessTokenRequest request, TokenFrame frame, IReadOnlyList<KeyValuePair<string, JsonNode>> claims)
    {
        using var buffer = PayloadBuffer.Take();
        var json = buffer.Json;
        json.WriteStartObject();
        json.WriteString("iss"u8, frame.Issuer);
        json.WriteString("sub"u8, request.Subject);
        WriteAudience(json, request.Resources, frame.Audience);
        json.WriteString("client_id"u8, request.ClientId);
        WriteTimes(json, frame);
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        WriteBase64Url(json, "jti"u8, random);
        if (request.Scopes.Count > 0)
        {
            json.WriteString("scope"u8, request.Scopes.Count == 1 ? request.Scopes[0] : string.Join(' ', request.Scopes));
        }

        WriteAuthentication(json, request, frame.TenantClaim);
        if (request.SenderKeyThumbprint is { } thumbprint)
        {
            json.WriteStartObject("cnf"u8);
            json.WriteString(frame.Confirmation == ConfirmationMethod.MutualTls ? "x5t#S256"u8 : "jkt"u8, thumbprint);
            json.WriteEndObject();
        }

        if (request.Family is { } family)
        {
            Span<char> id = stackalloc char[32];
            family.FamilyId.TryFormat(id, out _, "N");
            json.WriteString(JwtClaims.FamilyId, id);
        }

        if (request.Generation is { } generation)
        {
            json.WriteNumber(JwtClaims.Generation, generation);
        }

        return Finish(header, buffer, claims);
    }

    public static byte[] IdToken(
        string header, AccessTokenRequest request, TokenFrame frame, string accessToken, IReadOnlyList<KeyValuePair<string, JsonNode>> claims)
    {
        using var buffer = PayloadBuffer.Take();
        var json = buffer.Json;
        json.WriteStartObject();
        json.WriteString("iss"u8, frame.Issuer);
        json.WriteString("sub"u8, request.Subject);
        json.WriteString("aud"u8, request.ClientId);
        json.WriteString("azp"u8, request.ClientId);
        WriteTimes(json, frame);
        WriteAuthentication(json, request, frame.TenantClaim);

        // A refreshed ID token has none (OpenID Connect Core section 12.2).
        if (request is { Nonce: { } nonce, Outcome: null })
        {
            json.WriteString("nonce"u8, nonce);
        }

        // The left half of the access token's hash (OpenID Connect Core section 3.1.3.6), by which a client sees that the two belong together. Every algorithm here
        // hashes with SHA-256.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(accessToken), hash);
        WriteBase64Url(json, "at_hash"u8, hash[..16]);
        return Finish(header, buffer, claims);
    }

    private static void WriteAudience(Utf8JsonWriter json, IReadOnlyList<string> resources, string fallback)
    {
        if (resources.Count <= 1)
        {
            json.WriteString("aud"u8, resources.Count == 1 ? resources[0] : fallback);
        }
        else
        {
            WriteTexts(json, "aud"u8, resources);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++)
        {
            json.WriteStringValue(values[i]);
        }

        json.WriteEndArray();
    }

    private static void WriteTimes(Utf8JsonWriter json, TokenFrame frame)
    {
        json.WriteNumber("iat"u8, frame.IssuedAt);
        json.WriteNumber("exp"u8, frame.ExpiresAt);
    }

    private static void WriteBase64Url(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> sixteenBytes)
    {
        Span<byte> text = stackalloc byte[22];
        Base64Url.EncodeToUtf8(sixteenBytes, text);
        json.WriteString(name, text);
    }

    /// <summary>As it was at the log-in, however often the token is refreshed (RFC 9068 section 2.2.1).</summary>
    private static void WriteAuthentication(Utf8JsonWriter json, AccessTokenRequest request, string tenantClaim)
    {
        if (request.AuthenticationTime is { } time)
        {
            json.WriteNumber("auth_time"u8, time.ToUnixTimeSeconds());
        }

        if (request.Acr is { } acr)
        {
            json.WriteString("acr"u8, acr);
        }

        if (request.Amr.Count > 0)
        {
            WriteTexts(json, "amr"u8, request.Amr);
        }

        if (request.SessionId is { } session)
        {
            json.WriteString("sid"u8, session);
        }

        if (request.TenantId.Length > 0)
        {
            json.WriteString(tenantClaim, request.TenantId);
        }
    }

    private static byte[] Finish(string header, PayloadBuffer buffer, IReadOnlyList<KeyValuePair<string, JsonNode>> claims)
    {
        var json = buffer.Json;
        for (var i = 0; i < claims.Count; i++)
        {
            json.WritePropertyName(claims[i].Key);
            claims[i].Value.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        return CompactToken.SigningInput(header, buffer.Written);
    }
}

/// <summary>A JSON writer and its bytes. One of each thread is kept: together they are larger than the token that they write.</summary>
internal sealed class PayloadBuffer : IDisposable
{
    private const int TypicalSize = 1024;
    private const int LargestKept = 16 * 1024;

    // The default encoder escapes '+' and all that is not ASCII, for the sake of HTML.
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static PayloadBuffer? _idle;

    private readonly ArrayBufferWriter<byte> _bytes = new(TypicalSize);

    private PayloadBuffer() => Json = new Utf8JsonWriter(_bytes, Format);

    public Utf8JsonWriter Json { get; }

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Takes it away from the thread, for a claim's converter may issue a token in its turn.</summary>
    public static PayloadBuffer Take()
    {
        var buffer = _idle ?? new PayloadBuffer();
        _idle = null;
        return buffer;
    }

    /// <summary>Gives it back, without what was written.</summary>
    public void Dispose()
    {
        _bytes.Clear();
        Json.Reset();
        if (_bytes.Capacity <= LargestKept)
        {
            _idle = this;
        }
    }
}

/// <summary>What a token says beside what it was asked for.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Audience">For whom it is where no resource server was named.</param>
/// <param name="TenantClaim">The claim that names the tenant.</param>
/// <param name="Confirmation">What its key is.</param>
/// <param name="IssuedAt">When, in seconds since 1970.</param>
/// <param name="ExpiresAt">Until when, in seconds since 1970.</param>
internal readonly record struct TokenFrame(
    string Issuer, string Audience, string TenantClaim, ConfirmationMethod Confirmation, long IssuedAt, long ExpiresAt);
