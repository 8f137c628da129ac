namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>A list of texts as bytes: each in UTF-8 between bytes FF, a byte that UTF-8 has not. So a text is in a list if its entry is in the bytes.</summary>
internal static class TextList
{
    private const byte Separator = 0xFF;

    /// <summary>Null if there is none.</summary>
    public static byte[]? Write(IReadOnlyCollection<string> texts)
    {
        if (texts.Count == 0)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        bytes.WriteByte(Separator);
        foreach (var text in texts)
        {
            bytes.Write(Statement.ToBytes(text));
            bytes.WriteByte(Separator);
        }

        return bytes.ToArray();
    }

    /// <summary>What a list that holds the text has in it.</summary>
    public static byte[] Entry(string text) => Write([text])!;

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
