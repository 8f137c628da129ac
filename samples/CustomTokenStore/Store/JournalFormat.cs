using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Store;

/// <summary>A line: the CRC-32C of what follows in 8 hex digits, a space, a JSON array of changes, a line feed. JSON escapes any other line feed.</summary>
internal static class JournalFormat
{
    private const int ChecksumLength = 8;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(), new OpaqueConverter(), new TrailConverter() },
    };

    public static ReadOnlySpan<byte> Header => "refresh token journal 1\n"u8;

    public static byte[] Write(Change change) => JsonSerializer.SerializeToUtf8Bytes(change, Json);

    public static byte[] Line(IReadOnlyList<byte[]> changes)
    {
        using var line = new MemoryStream();
        line.Write("00000000 ["u8);
        for (var i = 0; i < changes.Count; i++)
        {
            line.Write(i == 0 ? [] : ","u8);
            line.Write(changes[i]);
        }

        line.Write("]\n"u8);
        var bytes = line.ToArray();
        Checksum(bytes).CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>Reads a line that was written whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out List<Change>? changes)
    {
        var isWhole = line.Length > ChecksumLength && line[..ChecksumLength].SequenceEqual(Checksum(line));
        changes = isWhole ? JsonSerializer.Deserialize<List<Change>>(line[(ChecksumLength + 1)..], Json) : null;
        return changes is not null;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> line)
    {
        var crc = uint.MaxValue;
        foreach (var value in line[ChecksumLength..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return Encoding.ASCII.GetBytes((~crc).ToString("x8", CultureInfo.InvariantCulture));
    }

    private sealed class OpaqueConverter : JsonConverter<Opaque256>
    {
        public override Opaque256 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, Opaque256 value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.ToArray());
    }

    private sealed class TrailConverter : JsonConverter<TokenTrail>
    {
        public override TokenTrail Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, TokenTrail value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.ToArray());
    }
}
