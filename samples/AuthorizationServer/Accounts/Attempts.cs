using System.Threading.RateLimiting;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Accounts;

/// <summary>Slows down who guesses passwords and user codes: so many attempts a minute from one address. Each instance counts for itself.</summary>
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
        using var lease = _limiter.AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? string.Empty);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
