using System.Net;
using System.Text;

namespace RefreshTokenRotation;

/// <summary>What the host knows about a device, for lists that users read.</summary>
public sealed record DeviceInfo
{
    /// <summary>The network address, at most 64 characters. Default: not known.</summary>
    public string? IpAddress { get; init; }

    /// <summary>The browser or app (the <c>User-Agent</c> header), at most 512 characters. Default: not known.</summary>
    public string? UserAgent { get; init; }

    /// <summary>A name that the user recognizes, at most 255 characters. Default: none; the family keeps its first.</summary>
    public string? Name { get; init; }

    /// <summary>Takes values as they came over the wire: control characters are removed, values that are too long are
    /// truncated, and an IPv4 address that is mapped to IPv6 is stored as IPv4.</summary>
    /// <param name="ipAddress">The network address, or null.</param>
    /// <param name="userAgent">The <c>User-Agent</c> header, or null.</param>
    /// <param name="name">A name that the user recognizes, or null.</param>
    /// <returns>A value that every request accepts.</returns>
    public static DeviceInfo Observe(string? ipAddress, string? userAgent, string? name = null) => new()
    {
        IpAddress = Fit(Unmap(ipAddress), RequestLimits.IpAddressLength),
        UserAgent = Fit(userAgent, RequestLimits.UserAgentLength),
        Name = Fit(name, RequestLimits.DeviceNameLength),
    };

    /// <summary>A socket for both families shows an IPv4 address as <c>::ffff:203.0.113.9</c>.</summary>
    private static string? Unmap(string? ipAddress) =>
        ipAddress is not null && ipAddress.Contains(':', StringComparison.Ordinal)
        && IPAddress.TryParse(ipAddress, out var address) && address.IsIPv4MappedToIPv6
            ? address.MapToIPv4().ToString()
            : ipAddress;

    private static string? Fit(string? value, int bound)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (value.Length <= bound && !TextForm.ContainsUnfit(value))
        {
            return value;
        }

        var clean = new StringBuilder(Math.Min(value.Length, bound));
        foreach (var rune in value.EnumerateRunes())
        {
            // Half a surrogate pair comes as the replacement character.
            if (clean.Length + rune.Utf16SequenceLength > bound)
            {
                break;
            }

            if (!Rune.IsControl(rune))
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.Length == 0 ? null : clean.ToString();
    }
}
