using System.Collections.ObjectModel;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Relational;

/// <summary>What a column keeps of a time, a device and the metadata.</summary>
internal static class FamilyValues
{
    /// <summary>UTC ticks; zero for none.</summary>
    public static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    /// <summary>A revocation at the first instant of all is stored at the second, because zero is none.</summary>
    public static long Ticks(FamilyRevocation revocation) => Math.Max(1, revocation.RevokedAt.UtcTicks);

    public static DateTimeOffset? Time(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>An empty address distinguishes a device of which nothing is known from no device.</summary>
    public static string? Address(DeviceInfo? device) =>
        device is { IpAddress: null, UserAgent: null, Name: null } ? string.Empty : device?.IpAddress;

    public static DeviceInfo? Device(string? address, string? agent, string? name) => address is null && agent is null && name is null
        ? null
        : new DeviceInfo { IpAddress = address is "" ? null : address, UserAgent = agent, Name = name };

    /// <summary>Key, value, key, value ...</summary>
    public static string[] Pairs(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Count == 0 ? [] : [.. metadata.SelectMany(static entry => new[] { entry.Key, entry.Value })];

    public static IReadOnlyDictionary<string, string> Metadata(string[] pairs)
    {
        if (pairs.Length == 0)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        var entries = new Dictionary<string, string>(pairs.Length / 2, StringComparer.Ordinal);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            entries[pairs[i]] = pairs[i + 1];
        }

        return new ReadOnlyDictionary<string, string>(entries);
    }
}
