using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Redeems authorization codes, device codes and user codes as OpenIddict does. A family's entry lives on: only its token rotates.</summary>
internal sealed class RedeemTokenEntryUnlessFamily(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ProcessSignInContext>
{
    private readonly RedeemTokenEntry _original = new(tokens);

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<RedeemTokenEntryUnlessFamily>()
        .SetOrder(RedeemTokenEntry.Descriptor.Order)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.EndpointType is OpenIddictServerEndpointType.Token && context.Request.IsRefreshTokenGrantType()
            ? ValueTask.CompletedTask
            : _original.HandleAsync(context);
    }
}
