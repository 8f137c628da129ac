using AuthorizationServer.Accounts;
using AuthorizationServer.Flows;
using RefreshTokenRotation.Jwt;

namespace AuthorizationServer.Setup;

/// <summary>Puts what a scope tells of the user into ID tokens, as it is at each exchange.</summary>
internal sealed class UserClaimsSource(Users users) : IClaimsSource
{
    public ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken)
    {
        if (context.Kind == JwtTokenKind.IdToken && users.Find(context.Request.Subject) is { } user)
        {
            foreach (var (name, value) in UserClaims.Of(user, context.Request.Scopes))
            {
                context.Add(name, value);
            }
        }

        return ValueTask.CompletedTask;
    }
}
