using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Flows.Device;

/// <summary>A device that has no browser asks for its codes (RFC 8628 sections 3.1 and 3.2). Devices are public clients: they name
/// themselves, and keep no secret.</summary>
internal sealed class DeviceEndpoint(ClientDirectory clients, DeviceAuthorizations devices, Attempts attempts, ServerSettings settings)
{
    public const string Path = "/oauth/device/code";

    public const string PagePath = "/activate";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost(Path, (HttpContext context, DeviceEndpoint endpoint) => endpoint.HandleAsync(context));

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null || form.Repeated is not null)
        {
            return Error("invalid_request", "Send a form, and each parameter once.");
        }

        if (clients.Find(form["client_id"]) is not { IsPublic: true } client)
        {
            return Error("invalid_client", "There is no such device client.");
        }

        if (!client.GrantTypes.Contains("urn:ietf:params:oauth:grant-type:device_code"))
        {
            return Error("unauthorized_client", "The client may not use this flow.");
        }

        IReadOnlyList<string> resources = [.. form.All("audience").Union(form.All("resource"))];
        if (resources.Count == 0 && client.DefaultAudience is { } audience)
        {
            resources = [audience];
        }

        if (!resources.All(clients.IsApi))
        {
            return Error("invalid_target", "There is no such resource server.");
        }

        if (!attempts.Allow(context))
        {
            return Error("too_many_attempts", "Too many attempts.", StatusCodes.Status429TooManyRequests);
        }

        var (deviceCode, device) = await devices.CreateAsync(
            client.ClientId, clients.Grantable(form.Words("scope"), resources), resources, context.RequestAborted);
        var page = settings.Origin + PagePath;
        return Results.Json(new Dictionary<string, object>
        {
            ["device_code"] = deviceCode,
            ["user_code"] = device.UserCode,
            ["verification_uri"] = page,
            ["verification_uri_complete"] = $"{page}?user_code={device.UserCode}",
            ["expires_in"] = (int)settings.DeviceCodeLifetime.TotalSeconds,
            ["interval"] = (int)device.Interval.TotalSeconds,
        });
    }

    private static IResult Error(string error, string description, int statusCode = StatusCodes.Status400BadRequest) =>
        Results.Json(new Dictionary<string, string> { ["error"] = error, ["error_description"] = description }, statusCode: statusCode);
}
