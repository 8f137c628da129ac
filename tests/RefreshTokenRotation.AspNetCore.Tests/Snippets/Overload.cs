using System.Globalization;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Tests.Snippets;

/// <summary>What keeps a host's work bounded. The sample has the same in <c>Setup/OverloadLimits.cs</c>.</summary>
internal static class Overload
{
    public static void Add(WebApplicationBuilder builder)
    {
        // snippet: overload-services
        builder.Services.AddRateLimiter(options =>
        {
            options.AddPolicy("overload", context => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetConcurrencyLimiter("work", _ => new ConcurrencyLimiterOptions { PermitLimit = 256 })
                : RateLimitPartition.GetNoLimiter("documents"));
            options.OnRejected = (rejected, _) => new ValueTask(RejectAsync(rejected.HttpContext));
        });
        builder.Services.AddRequestTimeouts(options => options.AddPolicy("overload", new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(5),
            TimeoutStatusCode = 503,
            WriteTimeoutResponse = RejectAsync,
        }));

        static Task RejectAsync(HttpContext context)
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = Random.Shared.Next(1, 5).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"error":"temporarily_unavailable"}""");
        }
        // end-snippet
    }

    public static void Map(WebApplication app)
    {
        // snippet: overload-pipeline
        app.UseRouting();
        app.Use(ReceiveBodyAsync); // before the limiter
        app.UseRateLimiter();
        app.UseRequestTimeouts(); // after the limiter
        app.MapRefreshTokenRotation().RequireRateLimiting("overload").WithRequestTimeout("overload");
        // end-snippet
    }

    // snippet: overload-body
    private static async Task ReceiveBodyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null)
        {
            try
            {
                var body = context.Request.BodyReader;
                ReadResult read;
                while (!(read = await body.ReadAsync(context.RequestAborted)).IsCompleted && read.Buffer.Length <= 32 * 1024)
                {
                    body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }

                body.AdvanceTo(read.Buffer.Start); // it stays for the endpoint
            }
            catch (IOException)
            {
                // too slow, too long or cut off: the endpoint reports it
            }
        }

        await next(context);
    }
    // end-snippet
}
