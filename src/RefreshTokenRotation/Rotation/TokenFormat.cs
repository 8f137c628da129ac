using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Rotation;

/// <summary>A token on the wire: <c>prefix + base64url(format | generation | secret | selector | CRC-32C)</c>. The format is frozen.</summary>
/// <remarks>57 bytes are 76 characters without spare bits, so that each token has exactly one form.</remarks>
internal static class TokenFormat
{
    public const int SecretLength = 32;
    public const int SelectorLength = 16;
    public const int EncodedLength = 76;

    private const byte Format = 1;
    private const int GenerationAt = 1;
    private const int SecretAt = 5;
    private const int SelectorAt = SecretAt + SecretLength;
    private const int ChecksumAt = SelectorAt + SelectorLength;
    private const int Length = ChecksumAt + 4;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string Create(string prefix, long generation, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> selector)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[GenerationAt..], checked((uint)generation));
        secret.CopyTo(bytes[SecretAt..]);
        selector.CopyTo(bytes[SelectorAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[ChecksumAt..], Checksum(bytes[..ChecksumAt]));

        Span<char> text = stackalloc char[prefix.Length + EncodedLength];
        prefix.CopyTo(text);
        Base64Url.EncodeToChars(bytes, text[prefix.Length..]);
        var token = new string(text);

        CryptographicOperations.ZeroMemory(bytes);
        text.Clear();
        return token;
    }

    /// <summary>Reads a token without an allocation. Nothing is left in the spans if it is malformed.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> token, ReadOnlySpan<string> prefixes, out uint generation, Span<byte> secret, Span<byte> selector)
    {
        generation = 0;
        foreach (var prefix in prefixes)
        {
            if (token.Length == prefix.Length + EncodedLength && token.StartsWith(prefix, StringComparison.Ordinal))
            {
                return TryDecode(token[prefix.Length..], out generation, secret, selector);
            }
        }

        return false;
    }

    private static bool TryDecode(ReadOnlySpan<char> encoded, out uint generation, Span<byte> secret, Span<byte> selector)
    {
        Span<byte> bytes = stackalloc byte[Length];
        generation = 0;
        try
        {
            // White space and padding are no error to the decoder, and other characters cost it an allocation.
            if (encoded.ContainsAnyExcept(Alphabet)
                || Base64Url.DecodeFromChars(encoded, bytes, out _, out var written) != OperationStatus.Done
                || written != Length
                || bytes[0] != Format
                || BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksumAt..]) != Checksum(bytes[..ChecksumAt]))
            {
                return false;
            }

            generation = BinaryPrimitives.ReadUInt32BigEndian(bytes[GenerationAt..]);
            bytes.Slice(SecretAt, SecretLength).CopyTo(secret);
            bytes.Slice(SelectorAt, SelectorLength).CopyTo(selector);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>CRC-32C (Castagnoli): it finds typing errors before any store call, and is no security measure.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
