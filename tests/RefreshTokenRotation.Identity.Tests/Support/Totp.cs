using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace RefreshTokenRotation.Identity.Tests.Support;

/// <summary>What an authenticator app shows (RFC 6238).</summary>
internal static class Totp
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Code(string sharedKey)
    {
        var (bits, value) = (0, 0);
        var key = new List<byte>();
        foreach (var character in sharedKey)
        {
            value = (value << 5) | Alphabet.IndexOf(character, StringComparison.OrdinalIgnoreCase);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                key.Add((byte)(value >> bits));
                value &= (1 << bits) - 1;
            }
        }

        var step = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // RFC 6238 has SHA-1.
        var hash = HMACSHA1.HashData(key.ToArray(), step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & 0x7FFFFFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
