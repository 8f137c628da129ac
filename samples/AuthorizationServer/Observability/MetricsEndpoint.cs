using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Observability;

/// <summary><c>/metrics</c>, for Prometheus to scrape. It holds no secret and no user, but it shows how busy the server is and whether it is under
/// attack. So callers must present the token of the settings. Without one, only requests from this machine are
/// allowed, and only in Development, because behind a proxy every request may seem to come from this machine.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static void Map(IEndpointRouteBuilder app)
    {
        var settings = app.ServiceProvider.GetRequiredService<ServerSettings>();
        var scrape = app.CreateApplicationBuilder();
        scrape.Use((context, next) => Refusal(context, settings)?.ExecuteAsync(context) ?? next(context));
        scrape.UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true);
        app.MapGet(Path, scrape.Build());
    }

    private static IResult? Refusal(HttpContext context, ServerSettings settings)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (settings.MetricsToken is not { Length: > 0 } token)
        {
            return context.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment() && IsOfThisMachine(context)
                ? null
                : Results.Text("Set MetricsToken: without it, only requests from a developer's own machine are allowed.\n", statusCode: StatusCodes.Status403Forbidden);
        }

        if (Presents(context.Request, token))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Results.Text("The token is missing or wrong.\n", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static bool Presents(HttpRequest request, string token)
    {
        const string Scheme = "Bearer ";
        return request.Headers.Authorization is [{ } header]
            && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    /// <summary>Whether a program on this machine calls for itself. A proxy on this machine forwards other people's requests, and a page of
    /// another site may send a browser here under its own name (DNS rebinding).</summary>
    private static bool IsOfThisMachine(HttpContext context)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("Forwarded")
            && !headers.ContainsKey("X-Forwarded-For")
            && IsLoopbackName(context.Request.Host.Host);
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
