using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>Validates access tokens of this issuer, and reads what is in them.</summary>
internal sealed class TokenReader(string issuer, string tenantClaim, TimeProvider time)
{
    /// <summary>Of a key of 8,192 bits, and more.</summary>
    private const int MaxSignatureLength = 1400;

    // Parsers disagree on which of two members of one name counts: duplicates are rejected (RFC 8725 section 2.4 shows what follows otherwise).
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = CompactToken.MaxLength };

    public async ValueTask<ValidatedAccessToken?> ReadAsync(string token, KeySet keys)
    {
        if (token.Length > CompactToken.MaxLength || FindKey(token, keys) is not { } key)
        {
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, Parameters(key)).ConfigureAwait(false);
        if (result.IsValid)
        {
            return Describe((JsonWebToken)result.SecurityToken);
        }

        // A host whose packages do not fit together would otherwise find every token invalid.
        return result.Exception is TypeLoadException or MemberAccessException or IOException or BadImageFormatException or OutOfMemoryException
            ? throw result.Exception
            : null;
    }

    /// <summary>The header must be one that we write ourselves: its key, algorithm and type are then the right ones.</summary>
    private static KeyMaterial? FindKey(string token, KeySet keys)
    {
        var text = token.AsSpan();
        var dot = text.IndexOf('.');
        return dot > 0 && text.Count('.') == 2 && IsCanonical(text[(text.LastIndexOf('.') + 1)..]) ? keys.Find(text[..dot]) : null;
    }

    /// <summary>The handler ignores spare bits and padding. One token must not have several spellings, or a deny list of hashes misses it; all
    /// but the signature is signed as it is spelled.</summary>
    private static bool IsCanonical(ReadOnlySpan<char> signature)
    {
        if (signature.Length > MaxSignatureLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MaxSignatureLength];
        Span<char> again = stackalloc char[MaxSignatureLength];
        return Base64Url.DecodeFromChars(signature, bytes, out var consumed, out var decoded) == OperationStatus.Done
            && consumed == signature.Length
            && Base64Url.EncodeToChars(bytes[..decoded], again, out _, out var encoded) == OperationStatus.Done
            && signature.SequenceEqual(again[..encoded]);
    }

    private TokenValidationParameters Parameters(KeyMaterial key) => new()
    {
        IssuerSigningKey = key.ValidationKey,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = [key.Algorithm.ToString()],
        ValidTypes = ["at+jwt"],
        ValidIssuer = issuer,
        ValidateAudience = false, // the issuer itself asks, and it is no resource server
        LogValidationExceptions = false,
        LifetimeValidator = (_, expires, _, _) => expires is { } end && time.GetUtcNow().UtcDateTime < end,
    };

    private ValidatedAccessToken? Describe(JsonWebToken token)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), Strict);
            return Describe(json.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private ValidatedAccessToken? Describe(JsonElement claims)
    {
        if (Text(claims, "sub") is not { } subject || Text(claims, "client_id") is not { } client || Time(claims, "exp") is not { } expiresAt)
        {
            return null;
        }

        var (thumbprint, type) = Confirmation(claims);
        return new ValidatedAccessToken
        {
            Subject = subject,
            ClientId = client,
            TenantId = Text(claims, tenantClaim) ?? string.Empty,
            Scopes = Text(claims, "scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Resources = Texts(claims, "aud"),
            Issuer = Text(claims, "iss"),
            TokenId = Text(claims, "jti"),
            IssuedAt = Time(claims, "iat"),
            ExpiresAt = expiresAt,
            TokenType = type,
            SessionId = Text(claims, "sid"),
            AuthenticationTime = Time(claims, "auth_time"),
            Acr = Text(claims, "acr"),
            Amr = Texts(claims, "amr"),
            SenderKeyThumbprint = thumbprint,
            FamilyId = Guid.TryParseExact(Text(claims, JwtClaims.FamilyId), "N", out var family) ? family : null,
            Generation = Number(claims, JwtClaims.Generation),
        };
    }

    private static (string? Thumbprint, string Type) Confirmation(JsonElement claims) =>
        !claims.TryGetProperty("cnf", out var confirmation) || confirmation.ValueKind != JsonValueKind.Object ? (null, "Bearer")
        : Text(confirmation, "jkt") is { } key ? (key, "DPoP")
        : (Text(confirmation, "x5t#S256"), "Bearer");

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string[] Texts(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind != JsonValueKind.Array ? []
        : [.. value.EnumerateArray().Where(static entry => entry.ValueKind == JsonValueKind.String).Select(static entry => entry.GetString()!)];

    private static long? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        Number(claims, name) is { } seconds and >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
