using AuthorizationServer.Clients;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Flows.LogOut;

/// <summary>Reads requests to sign the user out (OpenID Connect RP-Initiated Logout 1.0, section 2).</summary>
internal sealed class LogoutRequestReader(ClientDirectory clients, IdTokenHints hints, ServerSettings settings)
{
    public const string ReturnAddress = "post_logout_redirect_uri";

    /// <summary>The request; null if it is contradictory, or names a return address that is not registered.</summary>
    public async ValueTask<LogoutRequest?> ReadAsync(RequestParameters parameters, string returnAddress, CancellationToken cancellationToken)
    {
        if (parameters.Repeated is not null)
        {
            return null;
        }

        var hint = await hints.ReadAsync(parameters["id_token_hint"], cancellationToken);
        var clientId = parameters["client_id"] ?? hint?.ClientId;
        if (hint is not null && hint.ClientId != clientId)
        {
            return null;
        }

        var client = clients.Find(clientId);
        var returnTo = parameters[returnAddress];
        return returnTo is null || client?.LogoutUris.Contains(returnTo) == true
            ? new LogoutRequest(client, returnTo, parameters["state"], hint)
            : null;
    }

    /// <summary>Whether a page of the client, or of this server, has sent the browser here. A page can hide that, but it can't pretend to be another.</summary>
    public bool ComesFromClient(HttpRequest http, LogoutRequest request) =>
        Addresses.OriginOf(http.Headers.Referer.ToString()) is { Length: > 0 } origin
        && (origin == settings.Origin || request.Client?.WebOrigins.Contains(origin) == true);
}
