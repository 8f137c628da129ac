using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthorizationServer.Clients;
using AuthorizationServer.Flows;
using AuthorizationServer.Setup;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AuthorizationServer.Admin;

/// <summary>Makes a principal from a machine's access token for the management API. A user's token is not enough, whatever its scope: the machine must act for itself.</summary>
internal sealed class MachineAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, BearerToken bearer, ClientDirectory clients, ServerSettings settings)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Machine";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if ((await bearer.ReadAsync(Context)).Token is not { } token
            || !token.Resources.Contains(settings.ManagementAudience)
            || clients.Find(token.ClientId) is not { Permissions.Count: > 0 } client
            || token.Subject != ClientCredentialsGrantHandler.SubjectOf(client.ClientId))
        {
            return AuthenticateResult.NoResult();
        }

        // Today's permissions: the token may be older than the settings.
        var identity = new ClaimsIdentity(
            [
                new Claim("sub", token.Subject),
                new Claim(SessionAuthentication.Permissions, string.Join(' ', token.Scopes.Intersect(client.Permissions, StringComparer.Ordinal))),
            ],
            SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = """Bearer error="invalid_token" """.TrimEnd();
        return ManagementErrors.WriteAsync(Context, StatusCodes.Status401Unauthorized, "The access token is not valid for the management API.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ManagementErrors.WriteAsync(Context, StatusCodes.Status403Forbidden, "The access token permits nothing here.");
}
