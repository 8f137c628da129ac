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

    public static string? Write(IReadOnlyList<string> texts) => texts.Count == 0 ? null : string.Join(Separator, ["", .. texts.Select(EscapeText), ""]);

    public static string[] Read(string? list) => list is null ? [] : Array.ConvertAll(list.Split(Separator)[1..^1], Unescape);

    private static string EscapeText(string text) =>
        text.AsSpan().ContainsAny(Escape, Separator) ? text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal) : text;

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
