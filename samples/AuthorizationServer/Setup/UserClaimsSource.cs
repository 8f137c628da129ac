using AuthorizationServer.Accounts;
using AuthorizationServer.Flows;
using RefreshTokenRotation.Jwt;

namespace AuthorizationServer.Setup;

/// <summary>Puts the user's claims that a scope grants into ID tokens, as they are at each exchange.</summary>
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
