using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation.Relational;

/// <summary>SHA-256 over several texts. All nodes must agree on it, and rows are found by it: it never changes.</summary>
internal static class StableHash
{
    public static byte[] Of(params ReadOnlySpan<string> parts)
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

        return hash.GetHashAndReset();
    }
}
