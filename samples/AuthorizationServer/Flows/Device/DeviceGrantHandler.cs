using AuthorizationServer.Accounts;
using AuthorizationServer.State;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows.Device;

/// <summary>The device asks whether its user has allowed it (RFC 8628 sections 3.4 and 3.5).</summary>
internal sealed class DeviceGrantHandler(DeviceAuthorizations devices, TimeProvider time, Sessions sessions) : IGrantTypeHandler
{
    public const string Type = "urn:ietf:params:oauth:grant-type:device_code";

    public string GrantType => Type;

    public async ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken)
    {
        if (context.Parameters["device_code"] is not { } deviceCode)
        {
            return new GrantTypeResult.Rejected("invalid_request", "device_code is needed, once.");
        }

        if (await devices.FindAsync(deviceCode, cancellationToken) is not var (deviceId, entry)
            || entry.Value.ClientId != context.Client.ClientId)
        {
            return new GrantTypeResult.Rejected("invalid_grant", "Unknown device code.");
        }

        var device = entry.Value;
        return device.State switch
        {
            DeviceState.Used => new GrantTypeResult.Rejected("invalid_grant", "This device code has been used."),
            DeviceState.Denied => new GrantTypeResult.Rejected("access_denied", "The user did not allow it."),
            _ when time.GetUtcNow() >= device.EndsAt => new GrantTypeResult.Rejected("expired_token", "The device code has expired."),
            DeviceState.Pending => await WaitAsync(deviceId, entry, cancellationToken),
            _ => Grant(deviceId, entry),
        };
    }

    private async ValueTask<GrantTypeResult> WaitAsync(
        string deviceId, Entry<DeviceAuthorization> entry, CancellationToken cancellationToken)
    {
        var device = entry.Value;
        var now = time.GetUtcNow();
        var isTooSoon = device.IsTooSoon(now);
        var interval = isTooSoon ? device.Interval + DeviceAuthorizations.Interval : device.Interval;

        // If the user decides at this moment, the user's write wins, and the device learns of it at its next poll.
        await devices.ChangeAsync(deviceId, entry, device with { LastAskedAt = now, Interval = interval }, cancellationToken);
        return isTooSoon
            ? new GrantTypeResult.Rejected("slow_down", "Wait five seconds longer between polls.")
            : new GrantTypeResult.Rejected("authorization_pending", "The user has not decided yet.");
    }

    private GrantTypeResult Grant(string deviceId, Entry<DeviceAuthorization> entry)
    {
        var device = entry.Value;
        var session = new Session(device.SessionId!, device.Subject!, device.AuthenticatedAt!.Value);
        return new GrantTypeResult.Granted
        {
            Subject = device.Subject!,
            Scopes = device.Scopes,
            Resources = device.Resources,
            // Each question has an id of its own: where a device asks twice at once, the one that comes too late ends what it began, and not what the other one got.
            AuthorizationId = RandomId.New(),
            SessionId = device.SessionId,
            AuthenticationTime = device.AuthenticatedAt,
            Amr = ["pwd"],
            RedeemAsync = async token =>
                !await sessions.HasEndedAsync(session, token) && await devices.ChangeAsync(deviceId, entry, device with { State = DeviceState.Used }, token),
        };
    }
}
