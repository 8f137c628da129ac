using AuthorizationServer.Flows;
using AuthorizationServer.Flows.LogOut;

namespace AuthorizationServer.Pages;

/// <summary>Asks whether the user wants to sign out, because another site may have sent the browser here.</summary>
internal static class LogoutPage
{
    public static Page Of(string formToken, LogoutRequest request, string subject) => new("Sign out?", Html.Of($"""
        <p>{(request.Client is { } client ? Html.Of($"<strong>{client.DisplayName}</strong> asks to sign you out.") : Html.Empty)} You are signed in as <strong>{subject}</strong>.</p>
        {Form(formToken, request)}
        """))
    {
        FormTargets = request.ReturnTo is { } address ? Addresses.FormTargetOf(address) : string.Empty,
    };

    /// <summary>The form that signs users out, here and on the start page.</summary>
    public static Html Form(string formToken, LogoutRequest? request = null) => Html.Of($"""
        <form method="post" action="/logout">
          {Forms.Token(formToken)}
          {Field("client_id", request?.Client?.ClientId)}{Field(LogoutRequestReader.ReturnAddress, request?.ReturnTo)}{Field("state", request?.State)}
          <label class="check"><input type="checkbox" name="apps" value="on"> Also end the apps that were started in this browser</label>
          <div class="buttons">
            <button type="submit">Sign out</button>
            {(request is null ? Html.Empty : Html.Of($"""<a class="button quiet" href="/">Stay signed in</a>"""))}
          </div>
        </form>
        """);

    private static Html Field(string name, string? value) => value is null ? Html.Empty : Forms.Hidden(name, value);
}
