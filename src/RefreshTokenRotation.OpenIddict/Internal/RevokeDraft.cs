using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>The revocation endpoint, for a token that was not adopted yet: it is adopted and ended in one go, so that its replay is known. It has no entry of a
/// family that OpenIddict could revoke.</summary>
internal sealed class RevokeDraft(IRefreshTokenService service) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>()
        .UseScopedHandler<RevokeDraft>()
        .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order - 500)
        .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (PresentedFamily.Of(context.Transaction) is not { IsDraft: true } presented)
        {
            return;
        }

        await RevokeFamily.EndAsync(service, presented, context).ConfigureAwait(false);
        if (!context.IsRejected)
        {
            context.Reject(Errors.InvalidToken); // OpenIddict answers it with 200 (RFC 7009 section 2.2)
        }
    }
}
