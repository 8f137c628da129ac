using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.State;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows;

/// <summary>Exchanges name and password for tokens (RFC 6749 section 4.3). For old clients only: RFC 9700 forbids it for new ones.</summary>
internal sealed class PasswordGrantHandler(Users users, ClientDirectory clients, Attempts attempts, TimeProvider time) : IGrantTypeHandler
{
    public string GrantType => "password";

    public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Authorize(context));

    private GrantTypeResult Authorize(GrantTypeContext context)
    {
        if (context.Parameters["username"] is not { } name || context.Parameters["password"] is not { } password)
        {
            return new GrantTypeResult.Rejected("invalid_request", "username and password are needed, once each.");
        }

        if (!attempts.Allow(context.HttpContext, name))
        {
            return new GrantTypeResult.Rejected("too_many_attempts", "Too many attempts.", StatusCodes.Status429TooManyRequests);
        }

        if (users.Verify(name, password) is not { } user)
        {
            return new GrantTypeResult.Rejected("invalid_grant", "Wrong user name or password.");
        }

        if (!context.Resources.All(clients.IsApi))
        {
            return new GrantTypeResult.Rejected("invalid_target", "There is no such resource server.");
        }

        return new GrantTypeResult.Granted
        {
            Subject = user.Subject,
            Scopes = clients.Grantable(context.Scopes, context.Resources),
            Resources = context.Resources,
            AuthorizationId = RandomId.New(),
            AuthenticationTime = time.GetUtcNow(),
            Amr = ["pwd"],
        };
    }
}
