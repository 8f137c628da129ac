using System.Globalization;
using System.Xml;

namespace RefreshTokenRotation.Configuration;

/// <summary>Reads durations that name their unit: <c>10s</c>, <c>1d12h</c>, or ISO 8601 such as <c>PT10S</c>. A bare number has no unit, and
/// <c>24:00:00</c> means 24 hours to one reader and 24 days to another; neither is read.</summary>
internal static class DurationText
{
    /// <summary>From the longest to the shortest, the order in which they are written.</summary>
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    public static bool TryRead(string text, out TimeSpan duration) =>
        text.StartsWith('P') ? TryReadIso(text, out duration) : TryReadUnits(text, out duration);

    private static bool TryReadUnits(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var used = -1;
        do
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            text = text[digits..];
            var next = text.IndexOfAnyInRange('0', '9');
            var name = (next < 0 ? text : text[..next]).ToString();
            var unit = Array.FindIndex(Units, candidate => candidate.Name == name);
            if (unit <= used || number > (TimeSpan.MaxValue - duration).Ticks / Units[unit].Ticks)
            {
                return false;
            }

            duration += TimeSpan.FromTicks(number * Units[unit].Ticks);
            used = unit;
            text = next < 0 ? default : text[next..];
        }
        while (!text.IsEmpty);

        return true;
    }

    /// <summary>Days and smaller alone: a month or a year has no fixed length.</summary>
    private static bool TryReadIso(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Split('T')[0].AsSpan().ContainsAny('Y', 'M'))
        {
            return false;
        }

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException)
        {
            return false;
        }
    }
}
