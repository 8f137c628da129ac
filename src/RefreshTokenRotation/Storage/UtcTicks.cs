namespace RefreshTokenRotation.Storage;

/// <summary>An optional instant in eight bytes: UTC ticks, zero for none.</summary>
internal static class UtcTicks
{
    public static long From(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    public static DateTimeOffset? ToTime(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
