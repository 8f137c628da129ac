using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary><see cref="OpenIddictRotationOptions.StoreAccessTokenEntries"/>: a self-contained access token needs no row.</summary>
internal sealed class SkipAccessTokenEntry(IOptions<OpenIddictRotationOptions> options) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
        .UseSingletonHandler<SkipAccessTokenEntry>()
        .SetOrder(OpenIddictServerHandlers.Protection.CreateTokenEntry.Descriptor.Order - 500)
        .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!options.Value.StoreAccessTokenEntries && context.TokenType == OpenIddictConstants.TokenTypeIdentifiers.AccessToken && !context.IsReferenceToken)
        {
            context.CreateTokenEntry = false;
        }

        return ValueTask.CompletedTask;
    }
}
