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

    public async ValueTask<ValidatedAccessToken?> ValidateAsync(string token, KeySet keys)
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
        ValidTypes = [AccessTokenClaims.Type],
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
            return AccessTokenClaims.Describe(json.RootElement, tenantClaim);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
