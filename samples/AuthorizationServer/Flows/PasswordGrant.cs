using AuthorizationServer.Accounts;
using AuthorizationServer.Clients;
using AuthorizationServer.State;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Flows;

/// <summary>Name and password in exchange for tokens (RFC 6749 section 4.3). For clients of the past: RFC 9700 forbids it to new ones.</summary>
internal sealed class PasswordGrant(Users users, ClientDirectory clients, Attempts attempts, TimeProvider time) : ITokenGrant
{
    public string GrantType => "password";

    public ValueTask<TokenGrantResult> AuthorizeAsync(TokenGrantContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Authorize(context));

    private TokenGrantResult Authorize(TokenGrantContext context)
    {
        if (context.Parameters["username"] is not { } name || context.Parameters["password"] is not { } password)
        {
            return new TokenGrantResult.Rejected("invalid_request", "username and password are needed, once each.");
        }

        if (!attempts.Allow(context.HttpContext))
        {
            return new TokenGrantResult.Rejected("too_many_attempts", "Too many attempts.", StatusCodes.Status429TooManyRequests);
        }

        if (users.Verify(name, password) is not { } user)
        {
            return new TokenGrantResult.Rejected("invalid_grant", "Wrong user name or password.");
        }

        if (!context.Resources.All(clients.IsApi))
        {
            return new TokenGrantResult.Rejected("invalid_target", "There is no such resource server.");
        }

        return new TokenGrantResult.Granted
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
