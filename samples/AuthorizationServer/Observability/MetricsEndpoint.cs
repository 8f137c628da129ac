using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Observability;

/// <summary><c>/metrics</c>, for a Prometheus to scrape. No secret and no user is in it, but it tells how busy the server is, and that it is under
/// attack: it answers to anyone who has the token of the settings. Without one it
/// answers to this machine alone, and only in Development: behind a proxy, all the world may look like this machine.</summary>
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
                : Results.Text("Name a MetricsToken: without one, only a developer's own machine may ask.\n", statusCode: StatusCodes.Status403Forbidden);
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

    /// <summary>Whether a program of this machine asks on its own account. A proxy is one too, and passes on what the world asks; and a page of
    /// another site may lead a browser here by a name of its own (DNS rebinding).</summary>
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
