using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Accounts;

/// <summary>Slows down anyone who guesses passwords and user codes, or requests device codes without end. It limits the attempts per minute from one address, and
/// those at one account from all addresses. Each instance counts for itself.</summary>
internal sealed class Attempts(ServerSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(source =>
        RateLimitPartition.GetFixedWindowLimiter(source, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.AttemptsPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    /// <summary>Counts an attempt, and says whether it may be made.</summary>
    /// <param name="context">The request.</param>
    /// <param name="account">What the attempt is at: a user's name, known or not. Null if it is at no account.</param>
    public bool Allow(HttpContext context, string? account = null) =>
        IsLeft(Source(context.Connection.RemoteIpAddress)) && (account is null || IsLeft(Name(account)));

    /// <summary>The address. Of IPv6 the first half: whoever has one address of a network has all the others.</summary>
    internal static string Source(IPAddress? address) => address switch
    {
        null => string.Empty,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    public void Dispose() => _limiter.Dispose();

    /// <summary>Shortens what a stranger types, so that it takes little memory.</summary>
    private static string Name(string account) => $"account {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(account)).AsSpan(0, 16))}";

    private bool IsLeft(string source)
    {
        using var lease = _limiter.AttemptAcquire(source);
        return lease.IsAcquired;
    }
}
