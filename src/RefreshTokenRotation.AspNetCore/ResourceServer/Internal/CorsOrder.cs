using Microsoft.AspNetCore.Cors.Infrastructure;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Says once that a rejected request never reached the CORS middleware: browsers keep the rejection from the script that should refresh.</summary>
internal sealed class CorsOrder(ILogger<CorsOrder> logger, ICorsService? cors = null)
{
    /// <summary>What the CORS middleware leaves on each request that it has seen.</summary>
    private const string Seen = "__CorsMiddlewareWithEndpointInvoked";

    private int _isNamed;

    /// <summary>Call it where a request is rejected.</summary>
    public void Check(HttpContext context)
    {
        if (cors is null || Volatile.Read(ref _isNamed) != 0 || context.Items.ContainsKey(Seen) || CrossOrigin.CallerOf(context.Request) is not { } origin)
        {
            return;
        }

        // A middleware that sees no endpoint leaves nothing, and its headers come last.
        context.Response.OnCompleted(() =>
        {
            if (context.Response.Headers.AccessControlAllowOrigin.Count == 0 && Interlocked.Exchange(ref _isNamed, 1) == 0)
            {
                logger.CorsIsLate(origin, context.Response.StatusCode);
            }

            return Task.CompletedTask;
        });
    }
}
