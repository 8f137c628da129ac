using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

internal static class RateLimits
{
    public static void Add(WebApplicationBuilder builder)
    {
        // snippet: rate-limit-services
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = 429;
            options.AddPolicy("oauth", context => RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "unknown",
                _ => new TokenBucketRateLimiterOptions { TokenLimit = 20, TokensPerPeriod = 10, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }));
        });
        // end-snippet
    }

    public static void Map(WebApplication app)
    {
        // snippet: rate-limit-endpoints
        app.UseRateLimiter();
        app.MapRefreshTokenRotation().RequireRateLimiting("oauth");
        // end-snippet
    }
}
