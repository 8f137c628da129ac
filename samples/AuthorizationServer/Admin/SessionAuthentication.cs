using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthorizationServer.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Management;

namespace AuthorizationServer.Admin;

/// <summary>Makes a principal from this server's session, for authorization policies. Administrators have the permissions that their page needs.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions, Users users)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Session";

    public const string Permissions = "permissions";

    private const string NotSignedIn = "You are no longer signed in as an administrator. Reload the page.";

    private static readonly string Granted = string.Join(
        ' ', ManagementScopes.ReadClients, ManagementScopes.UpdateClients, ManagementScopes.ReadRefreshTokens, ManagementScopes.DeleteRefreshTokens);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await sessions.FindAsync(Context) is not { } session || users.Find(session.Subject) is not { } user)
        {
            return AuthenticateResult.NoResult();
        }

        var identity = new ClaimsIdentity([new Claim("sub", user.Subject)], SchemeName);
        if (user.IsAdmin)
        {
            identity.AddClaim(new Claim(Permissions, Granted));
        }

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer"; // how callers other than the page authenticate
        return ManagementErrors.WriteAsync(Context, StatusCodes.Status401Unauthorized, NotSignedIn);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ManagementErrors.WriteAsync(Context, StatusCodes.Status403Forbidden, NotSignedIn);
}
