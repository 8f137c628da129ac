using System.Globalization;

namespace AuthorizationServer.Lab;

/// <summary>Times in words.</summary>
internal static class LabText
{
    public static string Instant(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"Day {(at.Date - LabClock.Start.Date).Days + 1}, {at:HH:mm:ss}");

    public static string Span(TimeSpan span)
    {
        (int Count, string Unit)[] parts = [(span.Days, "d"), (span.Hours, "h"), (span.Minutes, "min"), (span.Seconds, "s")];
        var told = parts.Where(part => part.Count > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Unit}")).ToList();
        return told.Count == 0 ? "0 s" : string.Join(' ', told);
    }

    public static string Generation(long generation) => string.Create(CultureInfo.InvariantCulture, $"generation {generation}");

    public static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
