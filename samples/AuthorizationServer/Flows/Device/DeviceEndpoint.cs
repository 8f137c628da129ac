using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Setup;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows.Device;

/// <summary>A device that has no browser asks for its codes (RFC 8628 sections 3.1 and 3.2). The library reads the request and authenticates the client, as at the
/// token endpoint.</summary>
internal sealed class DeviceEndpoint(ClientDirectory clients, DeviceAuthorizations devices, Attempts attempts, ServerSettings settings)
{
    public const string Path = "/oauth/device/code";

    public const string PagePath = "/activate";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapClientEndpoint(Path, app.ServiceProvider.GetRequiredService<DeviceEndpoint>().HandleAsync);

    private async ValueTask<IResult> HandleAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        if (!request.Client.GrantTypes.Contains(DeviceGrantHandler.Type))
        {
            return ClientRequest.Reject("unauthorized_client", "The client may not use this flow.");
        }

        if (!request.Resources.All(clients.IsApi))
        {
            return ClientRequest.Reject("invalid_target", "Devices may not use this API.");
        }

        if (!attempts.Allow(request.HttpContext))
        {
            return ClientRequest.Reject("too_many_attempts", "Too many attempts.", StatusCodes.Status429TooManyRequests);
        }

        var scopes = clients.Grantable(request.Scopes, request.Resources);
        var (deviceCode, device) = await devices.CreateAsync(request.Client.ClientId, scopes, request.Resources, cancellationToken);
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
}
