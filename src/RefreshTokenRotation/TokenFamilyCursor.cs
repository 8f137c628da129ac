using System.Globalization;

namespace RefreshTokenRotation;

/// <summary>Where a page of a list ended: the log-in time and id of its last family. It stays valid while rows come and go.</summary>
/// <param name="CreatedAt">The log-in time.</param>
/// <param name="FamilyId">The family, which decides between equal times.</param>
public readonly record struct TokenFamilyCursor(DateTimeOffset CreatedAt, Guid FamilyId)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text, from a query string for instance.</param>
    /// <param name="cursor">The cursor.</param>
    /// <returns>False if the text is not a cursor.</returns>
    public static bool TryParse(string? text, out TokenFamilyCursor cursor)
    {
        cursor = default;
        var parts = (text ?? string.Empty).Split('.');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTimeOffset.MaxValue.Ticks
            || !Guid.TryParseExact(parts[1], "N", out var id))
        {
            return false;
        }

        cursor = new TokenFamilyCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }

    /// <summary>The cursor as text that is safe in a URL.</summary>
    /// <returns>Ticks (UTC) and id.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CreatedAt.UtcTicks}.{FamilyId:N}");
}
