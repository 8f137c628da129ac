using AuthorizationServer.Flows.Device;

namespace AuthorizationServer.Pages;

/// <summary>The pages on which a user allows a device.</summary>
internal static class ActivatePage
{
    public static Page AskForCode(string? error = null) => new("Connect a device", Html.Of($"""
        <p>Type the code that your device shows.</p>
        {(error is null ? Html.Empty : Html.Of($"""<p class="error" role="alert">{error}</p>"""))}
        <form method="get" action="/activate">
          <label>Code <input name="user_code" class="code" placeholder="BCDF-GHJK" autocomplete="off" autocapitalize="characters" required autofocus></label>
          <button type="submit">Continue</button>
        </form>
        """))
    {
        StatusCode = error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
    };

    public static Page AskForDecision(string formToken, DeviceAuthorization device, string clientName, string subject) => new("Is this your device?", Html.Of($"""
        <p>Allow it only if the device in front of you shows this code:</p>
        <p class="code">{device.UserCode}</p>
        <p><strong>{clientName}</strong> asks for access to the account of <strong>{subject}</strong>:</p>
        {Forms.ListOf(device.Scopes.Concat(device.Resources))}
        <form method="post" action="/activate">
          {Forms.Token(formToken)}
          {Forms.Hidden("user_code", device.UserCode)}
          {Forms.Decision}
        </form>
        """));

    public static Page Done(bool allowed) => allowed
        ? new("Your device is connected", Html.Of($"<p>You may close this page.</p>"))
        : new("You did not allow access", Html.Of($"<p>The device got no access. You may close this page.</p>"));
}
