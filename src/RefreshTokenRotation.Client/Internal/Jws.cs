using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace RefreshTokenRotation.Client;

/// <summary>The compact form of a signed token (RFC 7515, section 3.1).</summary>
internal static class Jws
{
    /// <summary>The header and the payload, encoded and joined: what is signed.</summary>
    public static string SigningInput(Action<Utf8JsonWriter> header, Action<Utf8JsonWriter> payload) =>
        $"{Base64Url.EncodeToString(Json(header))}.{Base64Url.EncodeToString(Json(payload))}";

    public static string Join(string signingInput, byte[] signature) => $"{signingInput}.{Base64Url.EncodeToString(signature)}";

    public static byte[] Bytes(string signingInput) => Encoding.ASCII.GetBytes(signingInput);

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
