using RefreshTokenRotation.AspNetCore;

namespace RefreshTokenRotation.Native.Host;

internal sealed class PasswordGrantHandler : IGrantTypeHandler
{
    public string GrantType => "password";

    public ValueTask<GrantTypeResult> AuthorizeAsync(GrantTypeContext context, CancellationToken cancellationToken) =>
        new(new GrantTypeResult.Granted { Subject = context.Parameters["username"]!, Scopes = context.Scopes, Resources = context.Resources });
}
