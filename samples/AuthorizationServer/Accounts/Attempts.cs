using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Accounts;

/// <summary>Slows down who guesses passwords and user codes, or asks for device codes without end: so many attempts a minute from one address.
/// Each instance counts for itself.</summary>
internal sealed class Attempts(ServerSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.AttemptsPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    public bool Allow(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(Source(context.Connection.RemoteIpAddress));
        return lease.IsAcquired;
    }

    /// <summary>The address. Of IPv6 the first half: whoever has one address of a network has all the others.</summary>
    internal static string Source(IPAddress? address) => address switch
    {
        null => string.Empty,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    public void Dispose() => _limiter.Dispose();
}
