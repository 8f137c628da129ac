using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Rotation;

/// <summary>The cryptography of the protocol: SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), one-shot and without an allocation.</summary>
internal static class Secrets
{
    public static Opaque256 Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Opaque256.Size];
        SHA256.HashData(bytes, hash);
        return new Opaque256(hash);
    }

    /// <summary>The successor of a secret under leeway: HMAC-SHA-256, keyed by the presented secret, over the row's salt.</summary>
    public static void Derive(ReadOnlySpan<byte> secret, Opaque256 salt, Span<byte> successor) =>
        HMACSHA256.HashData(secret, Opaque256.AsBytes(in salt), successor);

    /// <summary>32 bytes in the object that owns them.</summary>
    [InlineArray(TokenFormat.SecretLength)]
    internal struct Buffer
    {
        private byte _first;
    }
}
