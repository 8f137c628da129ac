using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Pages;

namespace AuthorizationServer.Flows.Device;

/// <summary><c>/activate</c>: the user types the device's code and allows it (RFC 8628 section 3.3).</summary>
internal sealed class DevicePages(
    Sessions sessions, FormTokens formTokens, DeviceAuthorizations devices, ClientDirectory clients, Attempts attempts)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(DeviceEndpoint.PagePath, (HttpContext context, DevicePages pages) => pages.ShowAsync(context));
        app.MapPost(DeviceEndpoint.PagePath, (HttpContext context, DevicePages pages) => pages.DecideAsync(context));
    }

    private async Task<IResult> ShowAsync(HttpContext context)
    {
        var typed = RequestParameters.OfQuery(context.Request.QueryString.Value)["user_code"];
        if (await sessions.FindAsync(context) is not { } session)
        {
            var next = typed is null ? DeviceEndpoint.PagePath : $"{DeviceEndpoint.PagePath}?user_code={Uri.EscapeDataString(typed)}";
            return LoginPage.Of(formTokens.Get(context), next, purpose: "your device");
        }

        if (typed is null)
        {
            return ActivatePage.AskForCode();
        }

        if (!attempts.Allow(context, $"device codes of {session.Subject}"))
        {
            return ErrorPage.TooManyAttempts;
        }

        // The code is shown and asked about even where the address brought it: somebody else may have sent that address (section 5.4).
        return await devices.FindByUserCodeAsync(typed, context.RequestAborted) is { Entry.Value: var device }
            ? ActivatePage.AskForDecision(formTokens.Get(context), device, clients.Find(device.ClientId)?.DisplayName ?? device.ClientId, session.Subject)
            : ActivatePage.AskForCode("No device is waiting with this code.");
    }

    private async Task<IResult> DecideAsync(HttpContext context)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null
            || !formTokens.Matches(context, form[FormTokens.FieldName])
            || await sessions.FindAsync(context) is not { } session)
        {
            return ErrorPage.StaleForm;
        }

        // This form could be sent with any code, without the page before it.
        if (!attempts.Allow(context, $"device codes of {session.Subject}"))
        {
            return ErrorPage.TooManyAttempts;
        }

        var decided = form["decision"] == "allow" ? DeviceState.Allowed : DeviceState.Denied;
        return await DecideAsync(form["user_code"] ?? string.Empty, decided, session, context.RequestAborted)
            ? ActivatePage.Done(decided == DeviceState.Allowed)
            : ActivatePage.AskForCode("No device is waiting with this code.");
    }

    private async ValueTask<bool> DecideAsync(string userCode, DeviceState decided, Session session, CancellationToken cancellationToken)
    {
        // The device keeps polling, and each poll changes the entry: read again until the decision is stored.
        while (await devices.FindByUserCodeAsync(userCode, cancellationToken) is var (deviceId, entry))
        {
            var changed = entry.Value with
            {
                State = decided,
                Subject = session.Subject,
                SessionId = session.Id,
                AuthenticatedAt = session.AuthenticatedAt,
            };
            if (await devices.ChangeAsync(deviceId, entry, changed, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
