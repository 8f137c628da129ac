using Microsoft.Extensions.Options;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Redeems authorization codes, device codes and user codes as OpenIddict does; where the code buys a refresh token, it waits until the family is stored, so that the
/// code survives an outage of the store. A family's entry lives on: only its token rotates.</summary>
internal sealed class RedeemTokenEntryUnlessFamily(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ProcessSignInContext>
{
    private readonly RedeemTokenEntry _original = new(tokens);

    /// <summary>Whether the code is redeemed once the family is stored. Of parallel requests with one code, one redeems it, and the others' families go.</summary>
    public static bool Waits(ProcessSignInContext context) =>
        context.EndpointType is OpenIddictServerEndpointType.Token
        && (context.Request.IsAuthorizationCodeGrantType() || context.Request.IsDeviceCodeGrantType())
        && context.Principal!.HasScope(OpenIddictConstants.Scopes.OfflineAccess);

    public ValueTask HandleAsync(ProcessSignInContext context) =>
        Waits(context) || (context.EndpointType is OpenIddictServerEndpointType.Token && context.Request.IsRefreshTokenGrantType())
            ? ValueTask.CompletedTask
            : _original.HandleAsync(context);
}

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
