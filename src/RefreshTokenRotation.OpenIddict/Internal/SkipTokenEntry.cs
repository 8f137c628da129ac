using Microsoft.Extensions.Options;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary><see cref="OpenIddictRotationOptions.StoreTokenEntries"/>: a self-contained access or identity token needs no row.</summary>
internal sealed class SkipTokenEntry(IOptions<OpenIddictRotationOptions> options) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (!options.Value.StoreTokenEntries
            && !context.IsReferenceToken
            && context.TokenType is OpenIddictConstants.TokenTypeIdentifiers.AccessToken or OpenIddictConstants.TokenTypeIdentifiers.IdentityToken)
        {
            context.CreateTokenEntry = false;
        }

        return ValueTask.CompletedTask;
    }
}
