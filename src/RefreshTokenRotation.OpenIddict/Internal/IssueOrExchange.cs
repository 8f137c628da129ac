using System.Security.Claims;
using Microsoft.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Starts a family, or rotates it. It runs after every other token of the response was produced: a signer that fails consumes nothing.</summary>
internal sealed class IssueOrExchange(
    IRefreshTokenService service, ITokenFamilyManager families, FamilyEntries entries, IOpenIddictTokenManager tokens,
    IOpenIddictServerDispatcher dispatcher)
    : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        try
        {
            if (context.EndpointType is OpenIddictServerEndpointType.Token && context.Request.IsRefreshTokenGrantType())
            {
                await ExchangeAsync(context, context.CancellationToken).ConfigureAwait(false);
            }
            else
            {
                var family = context.GenerateRefreshToken ? await IssueAsync(context, context.CancellationToken).ConfigureAwait(false) : null;
                if (RedeemTokenEntryUnlessFamily.Waits(context) && !context.IsRejected)
                {
                    await RedeemAsync(context, family).ConfigureAwait(false);
                }
            }
        }
        catch (RefreshTokenUnavailableException outage)
        {
            Log.Unavailable(context.Logger, outage);
            context.Reject(Errors.TemporarilyUnavailable, "The refresh token could not be stored. Retry the same request.");
        }
    }

    /// <summary>Starts a family.</summary>
    /// <returns>The family; null if a handler rejected it.</returns>
    private async ValueTask<TokenFamilyInfo?> IssueAsync(ProcessSignInContext context, CancellationToken cancellationToken)
    {
        var principal = context.RefreshTokenPrincipal!;
        if (await ProtectAsync(context, principal, createEntry: true).ConfigureAwait(false) is not { } payload)
        {
            return null;
        }

        // The entry is bound before the family is stored: what fails there leaves no family that nobody holds a token of.
        var request = Requests.Issue(principal, context.ClientId, async (before, token) =>
        {
            await entries.BindAsync(principal.GetTokenId()!, before.Family, payload, token).ConfigureAwait(false);
            return AccessTokenOf(context);
        });
        var issued = await service.IssueAsync(request, cancellationToken).ConfigureAwait(false);
        context.RefreshToken = issued.RefreshToken.Reveal();
        return issued.Family;
    }

    /// <summary>Redeems the code that bought the family. If a parallel request came first, this family goes: nobody has got a token of it.</summary>
    private async ValueTask RedeemAsync(ProcessSignInContext context, TokenFamilyInfo? family)
    {
        await new OpenIddictServerHandlers.RedeemTokenEntry(tokens).HandleAsync(context).ConfigureAwait(false);
        if (context.IsRejected && family is not null)
        {
            context.RefreshToken = null;
            await families.DeleteAsync(TokenFamilyFilter.ForFamily(family.FamilyId), RevocationReason.AuthorizationCodeReused, CancellationToken.None).ConfigureAwait(false);
            await entries.EndEntryAsync(family.FamilyId, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask ExchangeAsync(ProcessSignInContext context, CancellationToken cancellationToken)
    {
        if (PresentedFamily.Of(context.Transaction) is not { } presented)
        {
            Reject(context); // OpenIddict's own token, which is not adopted
            return;
        }

        var changed = context.GenerateRefreshToken
            && (presented.Claims is null || !presented.Claims.SequenceEqual(PrincipalClaims.Read(context.RefreshTokenPrincipal!), StringComparer.Ordinal));
        var request = new ExchangeRequest
        {
            RefreshToken = presented.Token,
            ClientId = PresentedFamily.ClientOf(context.ClientId),
            Services = context.Transaction.GetHttpRequest()?.HttpContext.RequestServices,
            // The principal is stored before the write: what fails there consumes nothing.
            CreateAccessToken = changed ? (before, token) => StorePrincipalAsync(context, before.Family, token) : null,
        };
        var result = await service.ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
        if (result is ExchangeResult.Rejected { Refusal: { } refusal })
        {
            HookAnswer.AttachTo(context.Transaction, refusal);
            context.Reject(refusal.Error, refusal.Description);
            return;
        }

        if (result is not ExchangeResult.Succeeded succeeded)
        {
            if (presented.IsDraft && result is ExchangeResult.Rejected { Reason: RejectionReason.Unknown })
            {
                // A node without rotation has used the token: no family came of it, and its session goes on there.
                await entries.DeleteAsync(presented.Family.FamilyId, CancellationToken.None).ConfigureAwait(false);
            }

            Reject(context);
            return;
        }

        if (context.GenerateRefreshToken)
        {
            context.RefreshToken = succeeded.RefreshToken.Reveal();
        }
        else
        {
            // The host signed in without offline_access: the client can't refresh any more.
            await families.RevokeAsync(TokenFamilyFilter.ForFamily(succeeded.Family.FamilyId), RevocationReason.SessionEnded, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<AccessToken> StorePrincipalAsync(ProcessSignInContext context, TokenFamilyInfo family, CancellationToken cancellationToken)
    {
        var principal = context.RefreshTokenPrincipal!;
        var entry = await entries.FindAsync(family.FamilyId, cancellationToken).ConfigureAwait(false);
        var id = entry is null ? null : (await entries.ReadAsync(entry, cancellationToken).ConfigureAwait(false)).Id;
        if (id is not null)
        {
            principal.SetTokenId(id);
        }

        var payload = await ProtectAsync(context, principal, createEntry: id is null).ConfigureAwait(false)
            ?? throw new InvalidOperationException("A handler refused to protect the principal of a refresh token.");
        if (id is null)
        {
            // An adopted token: its family gets an entry of its own.
            await entries.BindAsync(principal.GetTokenId()!, family, payload, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await entries.UpdateAsync(id, payload, cancellationToken).ConfigureAwait(false);
        }

        return AccessTokenOf(context);
    }

    /// <summary>OpenIddict has produced it; the engine hands it back and does not look at it.</summary>
    private static AccessToken AccessTokenOf(ProcessSignInContext context) => new() { Value = context.AccessToken ?? "none", Lifetime = TimeSpan.FromHours(1) };

    /// <summary>Lets OpenIddict protect a principal as it protects refresh tokens.</summary>
    /// <returns>The payload; null if a handler rejected it, which is the answer then.</returns>
    private async ValueTask<string?> ProtectAsync(ProcessSignInContext context, ClaimsPrincipal principal, bool createEntry)
    {
        var notification = new GenerateTokenContext(context.Transaction)
        {
            ClientId = context.ClientId,
            CreateTokenEntry = createEntry,
            Principal = principal,
            TokenFormat = TokenFormats.Private.JsonWebToken,
            TokenType = TokenTypeIdentifiers.RefreshToken,
        };
        await dispatcher.DispatchAsync(notification).ConfigureAwait(false);
        if (notification.IsRequestHandled)
        {
            context.HandleRequest();
        }
        else if (notification.IsRequestSkipped)
        {
            context.SkipRequest();
        }
        else if (notification.IsRejected)
        {
            context.Reject(notification.Error ?? Errors.InvalidRequest, notification.ErrorDescription, notification.ErrorUri);
        }
        else
        {
            return notification.Token;
        }

        return null;
    }

    private static void Reject(ProcessSignInContext context) => context.Reject(Errors.InvalidGrant, "The specified refresh token is no longer valid.");
}
