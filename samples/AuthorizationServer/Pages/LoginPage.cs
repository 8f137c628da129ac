namespace AuthorizationServer.Pages;

/// <summary>Asks for the user's name and password.</summary>
internal static class LoginPage
{
    /// <param name="formToken">See <see cref="Accounts.FormTokens"/>.</param>
    /// <param name="next">Where the browser goes on: an address of this server.</param>
    /// <param name="name">The name to begin with, if any.</param>
    /// <param name="purpose">The client that the user signs in for, if any.</param>
    /// <param name="formTargets">See <see cref="Page.FormTargets"/>.</param>
    /// <param name="error">What was wrong the time before, if anything.</param>
    public static Page Of(
        string formToken, string next, string? name = null, string? purpose = null, string formTargets = "", string? error = null) =>
        new("Sign in", Html.Of($"""
            {(purpose is null ? Html.Empty : Html.Of($"<p>to continue to <strong>{purpose}</strong></p>"))}
            {(error is null ? Html.Empty : Html.Of($"""<p class="error" role="alert">{error}</p>"""))}
            <form method="post" action="/login">
              {Forms.Token(formToken)}
              {Forms.Hidden("next", next)}
              <label>User name <input name="username" value="{name}" autocomplete="username" autocapitalize="none" required{Forms.AutofocusIf(name is null)}></label>
              <label>Password <input name="password" type="password" autocomplete="current-password" required{Forms.AutofocusIf(name is not null)}></label>
              <button type="submit">Sign in</button>
            </form>
            """))
        {
            FormTargets = formTargets,
            StatusCode = error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
        };
}
