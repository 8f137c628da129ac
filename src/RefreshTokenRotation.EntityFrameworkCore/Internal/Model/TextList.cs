using System.Text;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal.Model;

/// <summary>A list of texts in one column that every database has: a line feed before, between and behind them.</summary>
/// <remarks>
/// So a text is in the list exactly if the column contains it between two line feeds, which every provider can ask. A backslash and a line
/// feed within a text are escaped. Null is the empty list.
/// </remarks>
internal static class TextList
{
    private const char Separator = '\n';
    private const char Escape = '\\';
    private const char EscapedSeparator = 'n';

    public static string? Write(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return null;
        }

        var list = new StringBuilder().Append(Separator);
        for (var i = 0; i < texts.Count; i++)
        {
            Append(list, texts[i]);
        }

        return list.ToString();
    }

    public static string[] Read(string? list) => list is null ? [] : Array.ConvertAll(list[1..^1].Split(Separator), Unescape);

    private static void Append(StringBuilder list, string text)
    {
        foreach (var character in text)
        {
            _ = character switch
            {
                Separator => list.Append(Escape).Append(EscapedSeparator),
                Escape => list.Append(Escape).Append(Escape),
                _ => list.Append(character),
            };
        }

        list.Append(Separator);
    }

    private static string Unescape(string text)
    {
        if (!text.Contains(Escape, StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] != Escape ? text[i] : text[++i] == EscapedSeparator ? Separator : text[i]);
        }

        return plain.ToString();
    }
}
