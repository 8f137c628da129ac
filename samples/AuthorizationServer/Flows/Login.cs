using AuthorizationServer.Accounts;
using AuthorizationServer.Admin;
using AuthorizationServer.Flows.AuthorizationCode;
using AuthorizationServer.Flows.Device;
using AuthorizationServer.Pages;

namespace AuthorizationServer.Flows;

/// <summary>Signs users in with name and password, and sends them on to the page that asked for it.</summary>
internal sealed class Login(AuthorizeRequestReader reader, Users users, Sessions sessions, FormTokens formTokens, Attempts attempts)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/login", (HttpContext context, FormTokens formTokens) => LoginPage.Of(formTokens.Get(context), "/"));
        app.MapPost("/login", (HttpContext context, Login login) => login.HandleAsync(context));
    }

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null || form["next"] is not { } next || !IsOurs(next) || !formTokens.Matches(context, form[FormTokens.FieldName]))
        {
            return ErrorPage.StaleForm;
        }

        if (!attempts.Allow(context, form["username"]))
        {
            return ErrorPage.TooManyAttempts;
        }

        if (users.Verify(form["username"], form["password"]) is not { } user)
        {
            var client = ClientOf(next);
            return LoginPage.Of(
                formTokens.Get(context),
                next,
                form["username"],
                client?.Client.DisplayName,
                client?.Answer.FormTarget ?? string.Empty,
                "Wrong user name or password.");
        }

        await sessions.StartAsync(context, user);
        return new SeeOther(next);
    }

    /// <summary>Whether an address is one of the pages that send users here. Nothing else is followed: no other site, and nothing that a header
    /// must not contain.</summary>
    private static bool IsOurs(string next) =>
        !next.AsSpan().ContainsAnyExceptInRange('!', '~') && IsKnown(next);

    private static bool IsKnown(string next) =>
        next is "/" or DeviceEndpoint.PagePath or SessionPages.Path or AdminPages.Path
        || next.StartsWith(AuthorizeEndpoint.Path + "?", StringComparison.Ordinal)
        || next.StartsWith(DeviceEndpoint.PagePath + "?", StringComparison.Ordinal);

    private AuthorizeRequest? ClientOf(string next) =>
        next.StartsWith(AuthorizeEndpoint.Path + "?", StringComparison.Ordinal)
        && reader.Read(RequestParameters.OfQuery(next[AuthorizeEndpoint.Path.Length..])) is AuthorizeReading.Valid valid
            ? valid.Request
            : null;
}
