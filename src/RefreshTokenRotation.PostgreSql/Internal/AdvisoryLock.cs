using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Keys of advisory locks: 64 bits of SHA-256, so that they meet neither each other nor those of the host.</summary>
internal static class AdvisoryLock
{
    /// <summary>All nodes must agree on it: it never changes.</summary>
    public static long KeyOf(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);

            // The length keeps "a" + "bc" and "ab" + "c" apart.
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadInt64LittleEndian(digest);
    }
}
