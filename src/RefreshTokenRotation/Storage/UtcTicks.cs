namespace RefreshTokenRotation.Storage;

/// <summary>An optional instant in eight bytes: UTC ticks, zero for none.</summary>
internal static class UtcTicks
{
    /// <summary>The first instant of all is taken for the second, because zero is none.</summary>
    public static long From(DateTimeOffset? time) => time is { } instant ? Math.Max(1, instant.UtcTicks) : 0;

    public static DateTimeOffset? ToTime(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
