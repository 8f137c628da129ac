using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Observability;

/// <summary><c>/metrics</c>, for a Prometheus to scrape. No secret and no user is in it, but it tells how busy the server is, and that it is under
/// attack: it answers to who has the token of the settings, and without one to this machine alone.</summary>
internal sealed class MetricsEndpoint(MetricCollector collector, ServerSettings settings)
{
    public const string Path = "/metrics";

    public static void Map(IEndpointRouteBuilder app)
    {
        // It must listen before anything is counted.
        var endpoint = app.ServiceProvider.GetRequiredService<MetricsEndpoint>();
        app.MapGet(Path, endpoint.Answer);
    }

    private IResult Answer(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (settings.MetricsToken is { Length: > 0 } token)
        {
            if (!Presents(context.Request, token))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.Text("The token is missing or wrong.\n", statusCode: StatusCodes.Status401Unauthorized);
            }
        }
        else if (!IsOfThisMachine(context))
        {
            return Results.Text("Without a token, only this machine may ask.\n", statusCode: StatusCodes.Status403Forbidden);
        }

        return Results.Text(PrometheusText.Write(collector.Metrics), PrometheusText.ContentType, Encoding.UTF8);
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
