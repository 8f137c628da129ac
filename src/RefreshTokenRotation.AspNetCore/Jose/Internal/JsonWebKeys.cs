using System.Security.Cryptography;
using System.Text.Json;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Verifies signatures by public keys (RFC 7517, RFC 7518): RS256, PS256 and ES256, and nothing else. The algorithm must fit the key's
/// type, so that no public key is ever taken for a shared secret.</summary>
internal static class JsonWebKeys
{
    public const int SmallestRsaKey = 2048;

    public static IReadOnlyList<string> Algorithms { get; } = ["RS256", "PS256", "ES256"];

    /// <summary>The keys of a set (RFC 7517 section 5); null if the text is no set.</summary>
    public static IReadOnlyList<JsonElement>? ParseSet(string? jsonWebKeySet)
    {
        try
        {
            return jsonWebKeySet is not null
                && JsonElement.Parse(jsonWebKeySet) is { ValueKind: JsonValueKind.Object } set
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

    /// <summary>Whether a key of the set made the signature. A token that names its key is verified by keys of that name alone.</summary>
    public static bool VerifyByAny(IReadOnlyList<JsonElement> keys, CompactJws token)
    {
        foreach (var key in keys)
        {
            if ((token.KeyId is null || token.KeyId == CompactJws.Text(key, "kid")) && MaySign(key, token.Algorithm) && Verify(key, token))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this key made the signature.</summary>
    public static bool Verify(JsonElement key, CompactJws token)
    {
        try
        {
            return (token.Algorithm, CompactJws.Text(key, "kty")) switch
            {
                ("RS256", "RSA") => VerifyRsa(key, token, RSASignaturePadding.Pkcs1),
                ("PS256", "RSA") => VerifyRsa(key, token, RSASignaturePadding.Pss),
                ("ES256", "EC") => VerifyEllipticCurve(key, token),
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            // Numbers that are no key, a point that is not on its curve.
            return false;
        }
    }

    private static bool MaySign(JsonElement key, string? algorithm) =>
        (CompactJws.Text(key, "use") ?? "sig") == "sig" && (CompactJws.Text(key, "alg") ?? algorithm) == algorithm;

    private static bool VerifyRsa(JsonElement key, CompactJws token, RSASignaturePadding padding)
    {
        var (modulus, exponent) = (CompactJws.Decode(CompactJws.Text(key, "n")), CompactJws.Decode(CompactJws.Text(key, "e")));
        if (modulus is null || exponent is null)
        {
            return false;
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.KeySize >= SmallestRsaKey && rsa.VerifyData(token.SignedBytes, token.Signature, HashAlgorithmName.SHA256, padding);
    }

    private static bool VerifyEllipticCurve(JsonElement key, CompactJws token)
    {
        var (x, y) = (CompactJws.Decode(CompactJws.Text(key, "x")), CompactJws.Decode(CompactJws.Text(key, "y")));
        if (x is not { Length: 32 } || y is not { Length: 32 } || CompactJws.Text(key, "crv") != "P-256")
        {
            return false;
        }

        using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        return ecdsa.VerifyData(token.SignedBytes, token.Signature, HashAlgorithmName.SHA256);
    }
}
