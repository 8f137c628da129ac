using AuthorizationServer.Accounts;
using AuthorizationServer.Pages;
using RefreshTokenRotation;

namespace AuthorizationServer.Flows.LogOut;

/// <summary>Ends the session. Refresh tokens work without a session, so they stay valid unless the user says otherwise.</summary>
/// <remarks>Two addresses for clients, <see cref="Path"/> (OpenID Connect RP-Initiated Logout 1.0) and <see cref="OlderPath"/>, which the browser SDK uses. Any site can
/// send a browser to them, so they ask the user unless it is clear that the user wants to sign out.</remarks>
internal sealed class LogoutEndpoint(LogoutRequestReader reader, Sessions sessions, FormTokens formTokens, ITokenFamilyManager families)
{
    public const string Path = "/oidc/logout";

    public const string OlderPath = "/v2/logout";

    private const string PagePath = "/logout";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, LogoutEndpoint endpoint) => endpoint.FromClientAsync(context, LogoutRequestReader.ReturnAddress));
        app.MapPostedRequest(Path);
        app.MapGet(OlderPath, (HttpContext context, LogoutEndpoint endpoint) => endpoint.FromClientAsync(context, "returnTo"));
        app.MapPost(PagePath, (HttpContext context, LogoutEndpoint endpoint) => endpoint.FromPageAsync(context));
    }

    /// <summary>A client sends the browser here. The browser returns only to an address that the client has registered.</summary>
    private async Task<IResult> FromClientAsync(HttpContext context, string returnAddress)
    {
        var parameters = RequestParameters.OfQuery(context.Request.QueryString.Value);
        if (await reader.ReadAsync(parameters, returnAddress, context.RequestAborted) is not { } request)
        {
            return new ErrorPage("The address to return to is not one that the client has registered.");
        }

        var isOlder = returnAddress != LogoutRequestReader.ReturnAddress;
        if (await sessions.FindAsync(context) is { } session
            && !request.Hints(session)
            && !(isOlder && reader.ComesFromClient(context.Request, request)))
        {
            return LogoutPage.Of(formTokens.Get(context), request, session.Subject);
        }

        await sessions.EndAsync(context);
        return new SeeOther(request.Target);
    }

    /// <summary>The user signs out on this server's own page, and may also end the apps that were started in this session.</summary>
    private async Task<IResult> FromPageAsync(HttpContext context)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null
            || !formTokens.Matches(context, form[FormTokens.FieldName])
            || await reader.ReadAsync(form, LogoutRequestReader.ReturnAddress, context.RequestAborted) is not { } request)
        {
            return ErrorPage.StaleForm;
        }

        if (form["apps"] is not null && await sessions.FindAsync(context) is { } session)
        {
            await families.RevokeAsync(TokenFamilyFilter.ForSession(session.Id), RevocationReason.SessionEnded, context.RequestAborted);
        }

        await sessions.EndAsync(context);
        return new SeeOther(request.Target);
    }
}
