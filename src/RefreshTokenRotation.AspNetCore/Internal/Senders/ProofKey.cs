using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RefreshTokenRotation.AspNetCore.Internal.Assertions;

namespace RefreshTokenRotation.AspNetCore.Internal.Senders;

/// <summary>The public key in the header of a proof. It comes from a stranger: its size is bounded before anybody computes with it.</summary>
internal static class ProofKey
{
    private const int LargestModulus = 8192 / 8;
    private const int LargestExponent = 8;

    /// <summary>What only a private or a shared key has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).</summary>
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>The thumbprint (RFC 7638) of a public key; null if this is none that proofs are verified with.</summary>
    public static string? Thumbprint(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || Array.Exists(PrivateMembers, member => key.TryGetProperty(member, out _)))
        {
            return null;
        }

        // The members that make the key, in the order of their names, without a space.
        return CompactJws.Text(key, "kty") switch
        {
            "EC" when Number(key, "x", 32) is { } x && Number(key, "y", 32) is { } y && CompactJws.Text(key, "crv") == "P-256" =>
                Hash($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""),
            "RSA" when Number(key, "n", LargestModulus) is { } n && Number(key, "e", LargestExponent) is { } e =>
                Hash($$"""{"e":"{{e}}","kty":"RSA","n":"{{n}}"}"""),
            _ => null,
        };
    }

    /// <summary>A number in its one right spelling: another would be the same key under another thumbprint.</summary>
    private static string? Number(JsonElement key, string name, int largest) =>
        CompactJws.Text(key, name) is { } text
        && text.Length <= Base64Url.GetEncodedLength(largest)
        && CompactJws.Decode(text) is { } bytes
        && Base64Url.EncodeToString(bytes) == text
            ? text
            : null;

    private static string Hash(string json) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(json)));
}
