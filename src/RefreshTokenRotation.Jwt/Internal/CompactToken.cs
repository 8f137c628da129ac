using System.Buffers.Text;
using System.Text;

namespace RefreshTokenRotation.Jwt.Internal;

/// <summary>The compact form of a signed token (RFC 7515 section 7.1).</summary>
internal static class CompactToken
{
    /// <summary>The longest access token that is issued or read, in characters.</summary>
    public const int MaxLength = 65_536;

    public static string Header(SigningAlgorithm algorithm, string keyId, string type) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{{\"alg\":\"{algorithm}\",\"kid\":\"{keyId}\",\"typ\":\"{type}\"}}"));

    public static async ValueTask<string> SignAsync(KeyMaterial key, byte[] data, CancellationToken cancellationToken)
    {
        if (data.Length > MaxLength)
        {
            throw new InvalidOperationException($"A token would have more than {MaxLength} characters. Add fewer claims.");
        }

        var signature = await key.SignAsync(data, cancellationToken).ConfigureAwait(false);
        return string.Create(data.Length + 1 + Base64Url.GetEncodedLength(signature.Length), (data, signature), static (text, parts) =>
        {
            Encoding.ASCII.GetChars(parts.data, text);
            text[parts.data.Length] = '.';
            Base64Url.EncodeToChars(parts.signature, text[(parts.data.Length + 1)..]);
        });
    }

    public static byte[] SigningInput(string header, ReadOnlySpan<byte> payload)
    {
        var data = new byte[header.Length + 1 + Base64Url.GetEncodedLength(payload.Length)];
        Encoding.ASCII.GetBytes(header, data);
        data[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, data.AsSpan(header.Length + 1));
        return data;
    }
}
