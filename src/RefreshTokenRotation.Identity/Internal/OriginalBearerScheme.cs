using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.Identity.Internal;

/// <summary>Puts the rotating handler in place of the bearer handler, and remembers that one: it still reads access tokens and challenges.</summary>
internal sealed class OriginalBearerScheme : IPostConfigureOptions<AuthenticationOptions>
{
    private Type? _handler;

    public Type Handler => _handler ?? throw new InvalidOperationException("The authentication schemes have not been built yet.");

    public void PostConfigure(string? name, AuthenticationOptions options)
    {
        if (!options.SchemeMap.TryGetValue(IdentityConstants.BearerScheme, out var scheme))
        {
            throw new InvalidOperationException(
                $"The scheme '{IdentityConstants.BearerScheme}' is missing: call AddIdentityApiEndpoints<TUser>(), or AddBearerToken(IdentityConstants.BearerScheme).");
        }

        if (scheme.HandlerType != typeof(RotatingBearerHandler))
        {
            _handler = scheme.HandlerType;
            scheme.HandlerType = typeof(RotatingBearerHandler);
        }
    }
}
