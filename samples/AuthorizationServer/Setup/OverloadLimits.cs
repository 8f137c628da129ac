using System.Globalization;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;

namespace AuthorizationServer.Setup;

/// <summary>Keeps the server's work bounded when more requests arrive than it can answer, or when its database is slow. A rejected request has consumed nothing: the client keeps its
/// token and tries again.</summary>
internal static class OverloadLimits
{
    private const string Name = "overload";

    public static void AddOverloadLimits(this IServiceCollection services, ServerSettings settings)
    {
        services.AddRateLimiter(options =>
        {
            // Metadata and preflights cost nearly nothing, so only requests that do work need a place. Nobody waits for one: what is under way is queue enough.
            options.AddPolicy(Name, context => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetConcurrencyLimiter("work", _ => new ConcurrencyLimiterOptions { PermitLimit = settings.ConcurrentExchanges })
                : RateLimitPartition.GetNoLimiter("documents"));
            options.OnRejected = static (rejected, _) => new ValueTask(RejectAsync(rejected.HttpContext));
        });
        services.AddRequestTimeouts(options => options.AddPolicy(Name, new RequestTimeoutPolicy
        {
            Timeout = settings.ExchangeTimeLimit,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = RejectAsync,
        }));
    }

    /// <summary>The order matters: a slow body must not hold a place, and the time limit must not run out while a request waits for either.</summary>
    public static void UseOverloadLimits(this WebApplication app)
    {
        app.Use(ReceiveBodyAsync);
        app.UseRateLimiter();
        app.UseRequestTimeouts();
    }

    public static void LimitOverload(this IEndpointConventionBuilder endpoints) => endpoints.RequireRateLimiting(Name).WithRequestTimeout(Name);

    /// <summary>Waits for the whole body, which stays where the endpoint reads it. Kestrel ends one that is too slow or too long, and the endpoint reports that.</summary>
    private static async Task ReceiveBodyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null)
        {
            try
            {
                var body = context.Request.BodyReader;
                ReadResult read;
                while (!(read = await body.ReadAsync(context.RequestAborted)).IsCompleted && read.Buffer.Length < ServerLimits.Body)
                {
                    body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }

                body.AdvanceTo(read.Buffer.Start);
            }
            catch (IOException)
            {
                // Too slow, too long or cut off: so it is for the endpoint too.
            }
        }

        await next(context);
    }

    private static Task RejectAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = Random.Shared.Next(1, 5).ToString(CultureInfo.InvariantCulture); // not all at once
        response.Headers.CacheControl = "no-store";
        response.Headers.AccessControlAllowOrigin = "*"; // a script must be able to tell an overload from a network that is down
        response.Headers.AccessControlExposeHeaders = "retry-after";
        response.ContentType = "application/json";
        return response.WriteAsync("""{"error":"temporarily_unavailable"}""");
    }
}
