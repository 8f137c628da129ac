using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Public keys (RFC 7517, RFC 7518), and whether they made a signature: RS256, PS256 and ES256, and nothing else. The library computes; what
/// it would let through (short keys, several spellings of one key, duplicate members) is rejected first. The algorithm must fit the key's type, so
/// that no public key is ever taken for a shared secret.</summary>
internal static class JsonWebKeys
{
    private const int SmallestModulusBits = 2048;
    private const int LargestModulus = 8192 / 8;
    private const int LargestExponent = 8;
    private const int CoordinateLength = 32;

    // A stranger can send any number of keys: none is worth a place in a cache.
    private static readonly CryptoProviderFactory Providers = new() { CacheSignatureProviders = false };

    public static IReadOnlyList<string> Algorithms { get; } =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    /// <summary>The keys of a set (RFC 7517 section 5); null if the text is not a set.</summary>
    public static IReadOnlyList<JsonElement>? ParseSet(string? jsonWebKeySet)
    {
        try
        {
            return jsonWebKeySet is not null
                && JsonElement.Parse(jsonWebKeySet, CompactJws.Strict) is { ValueKind: JsonValueKind.Object } set
                && set.TryGetProperty("keys", out var keys)
                && keys.ValueKind == JsonValueKind.Array
                    ? [.. keys.EnumerateArray().Where(static key => key.ValueKind == JsonValueKind.Object)]
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The public part of a key, its numbers in their one right spelling and its size within bounds; null if it can't verify any of our algorithms.</summary>
    public static JsonWebKey? Read(JsonElement key) => CompactJws.Text(key, "kty") switch
    {
        JsonWebAlgorithmsKeyTypes.RSA when Number(key, "n", LargestModulus) is { } modulus
            && Number(key, "e", LargestExponent) is not null
            && new BigInteger(modulus, isUnsigned: true, isBigEndian: true).GetBitLength() >= SmallestModulusBits =>
            new JsonWebKey { Kty = JsonWebAlgorithmsKeyTypes.RSA, N = CompactJws.Text(key, "n"), E = CompactJws.Text(key, "e") },
        JsonWebAlgorithmsKeyTypes.EllipticCurve when CompactJws.Text(key, "crv") == JsonWebKeyECTypes.P256
            && Number(key, "x", CoordinateLength) is { Length: CoordinateLength }
            && Number(key, "y", CoordinateLength) is { Length: CoordinateLength } =>
            new JsonWebKey
            {
                Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
                Crv = JsonWebKeyECTypes.P256,
                X = CompactJws.Text(key, "x"),
                Y = CompactJws.Text(key, "y"),
            },
        _ => null,
    };

    /// <summary>Whether a key of the set made the signature. A token that names its key is verified by keys of that name alone.</summary>
    public static bool VerifyByAny(IReadOnlyList<JsonElement> keys, CompactJws token) => keys.Any(key =>
        (token.KeyId is null || token.KeyId == CompactJws.Text(key, "kid")) && MaySign(key, token.Algorithm) && Read(key) is { } read && Verify(read, token));

    /// <summary>Whether this key made the signature.</summary>
    public static bool Verify(JsonWebKey key, CompactJws token)
    {
        if (token.Algorithm is not { } algorithm || !Algorithms.Contains(algorithm) || !Providers.IsSupportedAlgorithm(algorithm, key))
        {
            return false;
        }

        try
        {
            using var provider = Providers.CreateForVerifying(key, algorithm, cacheProvider: false);
            return provider.Verify(token.SignedBytes, token.Signature);
        }
        catch (Exception fault) when (fault is CryptographicException or NotSupportedException)
        {
            // Numbers that are not a key; a point that is not on its curve.
            return false;
        }
    }

    private static bool MaySign(JsonElement key, string? algorithm) =>
        (CompactJws.Text(key, "use") ?? "sig") == "sig" && (CompactJws.Text(key, "alg") ?? algorithm) == algorithm;

    /// <summary>A number in its one right spelling: another would be the same key under another thumbprint.</summary>
    private static byte[]? Number(JsonElement key, string name, int largest) =>
        CompactJws.Text(key, name) is { } text
        && text.Length <= Base64Url.GetEncodedLength(largest)
        && CompactJws.Decode(text) is { } bytes
        && Base64Url.EncodeToString(bytes) == text
            ? bytes
            : null;
}
