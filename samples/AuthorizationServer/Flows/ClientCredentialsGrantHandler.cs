using AuthorizationServer.Clients;
using AuthorizationServer.Setup;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows;

/// <summary>A machine acts for itself (RFC 6749 section 4.4). It gets an access token for the management API, with the scopes that its settings allow.</summary>
internal sealed class ClientCredentialsGrantHandler(ClientDirectory clients, ServerSettings settings) : IGrantTypeHandler
{
    public string GrantType => "client_credentials";

    /// <summary>The subject of a machine's tokens, which no user has (RFC 9068 section 2.2).</summary>
    public static string SubjectOf(string clientId) => clientId + "@clients";

    public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Authorize(context));

    private GrantTypeResult Authorize(GrantTypeContext context)
    {
        if (clients.Find(context.Client.ClientId) is not { IsPublic: false } client)
        {
            return new GrantTypeResult.Rejected("unauthorized_client", "A client without a secret can not act for itself.");
        }

        if (context.Resources is not [var audience] || audience != settings.ManagementAudience)
        {
            return new GrantTypeResult.Rejected("invalid_target", "Machines may use only the management API.");
        }

        return new GrantTypeResult.Granted
        {
            Subject = SubjectOf(client.ClientId),
            Scopes = context.Scopes.Count == 0 ? client.Permissions : [.. context.Scopes.Intersect(client.Permissions, StringComparer.Ordinal)],
            Resources = context.Resources,
        };
    }
}
