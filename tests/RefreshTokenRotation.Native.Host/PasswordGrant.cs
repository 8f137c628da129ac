using RefreshTokenRotation.AspNetCore;

namespace RefreshTokenRotation.Native.Host;

internal sealed class PasswordGrant : ITokenGrant
{
    public string GrantType => "password";

    public ValueTask<TokenGrantResult> AuthorizeAsync(TokenGrantContext context, CancellationToken cancellationToken) =>
        new(new TokenGrantResult.Granted { Subject = context.Parameters["username"]!, Scopes = context.Scopes, Resources = context.Resources });
}
