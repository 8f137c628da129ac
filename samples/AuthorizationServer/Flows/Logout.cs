using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.Pages;
using RefreshTokenRotation;

namespace AuthorizationServer.Flows;

/// <summary>Ends the session. Refresh tokens are for working without one and live on, unless the user says otherwise.</summary>
internal sealed class Logout(ClientDirectory clients, Sessions sessions, FormTokens formTokens, ITokenFamilyManager families)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v2/logout", (HttpContext context, Logout logout) => logout.FromClientAsync(context));
        app.MapPost("/logout", (HttpContext context, Logout logout) => logout.FromPageAsync(context));
    }

    /// <summary>A client sends the browser here. It gets it back only at an address that it has registered.</summary>
    private async Task<IResult> FromClientAsync(HttpContext context)
    {
        var parameters = RequestParameters.OfQuery(context.Request.QueryString.Value);
        var returnTo = parameters["returnTo"];
        if (parameters.Repeated is not null
            || (returnTo is not null && clients.Find(parameters["client_id"])?.LogoutUris.Contains(returnTo) != true))
        {
            return new ErrorPage("The address to return to is not one that the client has registered.");
        }

        await sessions.EndAsync(context);
        return new SeeOther(returnTo ?? "/");
    }

    /// <summary>The user asks on this server's own page, and may end what was started in this session as well.</summary>
    private async Task<IResult> FromPageAsync(HttpContext context)
    {
        var form = await RequestParameters.OfFormAsync(context.Request);
        if (form is null || !formTokens.Matches(context, form[FormTokens.FieldName]))
        {
            return ErrorPage.StaleForm;
        }

        if (form["apps"] is not null && await sessions.FindAsync(context) is { } session)
        {
            await families.RevokeAsync(TokenFamilyFilter.ForSession(session.Id), RevocationReason.SessionEnded, context.RequestAborted);
        }

        await sessions.EndAsync(context);
        return new SeeOther("/");
    }
}
