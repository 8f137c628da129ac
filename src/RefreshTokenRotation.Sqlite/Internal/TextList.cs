namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>A list of texts as bytes: each in UTF-8 between bytes FF, a byte that UTF-8 has not. So a list holds a text if its bytes hold those of the list of that text alone. The empty list is no bytes.</summary>
internal static class TextList
{
    private const byte Separator = 0xFF;

    public static byte[] Write(IReadOnlyCollection<string> texts)
    {
        using var bytes = new MemoryStream();
        bytes.WriteByte(Separator);
        foreach (var text in texts)
        {
            bytes.Write(Statement.ToBytes(text));
            bytes.WriteByte(Separator);
        }

        return bytes.ToArray();
    }

    public static string[] Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return [];
        }

        var texts = new string[bytes.Count(Separator) - 1];
        for (var i = 0; i < texts.Length; i++)
        {
            bytes = bytes[1..];
            var length = bytes.IndexOf(Separator);
            texts[i] = Statement.ToText(bytes[..length]);
            bytes = bytes[length..];
        }

        return texts;
    }
}
