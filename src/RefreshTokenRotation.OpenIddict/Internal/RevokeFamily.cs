using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>The revocation endpoint: after OpenIddict has revoked the entry, the family ends too.</summary>
internal sealed class RevokeFamily(IRefreshTokenService service) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    /// <summary>Ends the family of the presented token.</summary>
    public static async ValueTask EndAsync(IRefreshTokenService service, PresentedFamily presented, HandleRevocationRequestContext context)
    {
        try
        {
            var request = new RevokeRequest { RefreshToken = presented.Token, ClientId = PresentedFamily.ClientOf(context.Request.ClientId) };
            await service.RevokeAsync(request, context.CancellationToken).ConfigureAwait(false);
        }
        catch (RefreshTokenUnavailableException outage)
        {
            Log.Unavailable(context.Logger, outage);
            context.Reject(Errors.TemporarilyUnavailable, "The refresh token could not be revoked. Retry the same request.");
        }
    }

    public ValueTask HandleAsync(HandleRevocationRequestContext context) =>
        PresentedFamily.Of(context.Transaction) is { IsDraft: false } presented ? EndAsync(service, presented, context) : ValueTask.CompletedTask;
}

/// <summary>The revocation endpoint, for a token that was not adopted yet: it is adopted and ended in one go, so that its replay is known. It has no entry of a
/// family that OpenIddict could revoke.</summary>
internal sealed class RevokeDraft(IRefreshTokenService service) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (PresentedFamily.Of(context.Transaction) is not { IsDraft: true } presented)
        {
            return;
        }

        await RevokeFamily.EndAsync(service, presented, context).ConfigureAwait(false);
        if (!context.IsRejected)
        {
            context.Reject(Errors.InvalidToken); // OpenIddict returns 200 for it (RFC 7009 section 2.2)
        }
    }
}
