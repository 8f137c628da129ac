using Microsoft.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Recognizes a family's token when it is presented, and hands OpenIddict the principal that its entry holds. Nothing is consumed here; a replay
/// revokes its family here, before the host's own code runs.</summary>
internal sealed class ResolveFamily(
    IRefreshTokenService service, ITokenFamilyManager families, FamilyEntries entries, IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if ((context.ValidTokenTypes.Count > 0 && !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.RefreshToken)) || context.Token is not { Length: > 0 } token)
        {
            return;
        }

        if (FamilyEntries.IsReference(token))
        {
            Reject(context);
            return;
        }

        try
        {
            await ResolveAsync(context, token, context.CancellationToken).ConfigureAwait(false);
        }
        catch (RefreshTokenUnavailableException outage)
        {
            Log.Unavailable(context.Logger, outage);
            context.Reject(Errors.TemporarilyUnavailable, "The refresh token could not be checked. Retry with the same token.");
        }
    }

    private async ValueTask ResolveAsync(ValidateTokenContext context, string token, CancellationToken cancellationToken)
    {
        var current = await service.IntrospectAsync(new IntrospectRequest { RefreshToken = token }, cancellationToken).ConfigureAwait(false) as IntrospectResult.Active;
        var family = current?.Family ?? await families.FindByTokenAsync(token, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (family is null)
        {
            return; // an access token, or none of ours: OpenIddict's to judge
        }

        var presented = new PresentedFamily(token, family) { Validation = context };
        presented.AttachTo(context.Transaction);
        if (presented.IsDraft)
        {
            var issued = await IssuedToken.ReadAsync(token, context.Options, tokens, cancellationToken).ConfigureAwait(false);
            // Its entry stays out of this: the exchange revokes it, and a parallel request may have done so. By a reference, OpenIddict would find it.
            context.Token = issued?.Payload ?? context.Token;
            context.Principal = issued?.Principal.Clone(static claim => claim.Type != Claims.Private.TokenId) ?? Requests.Principal(family);
            return;
        }

        var entry = await entries.FindAsync(family.FamilyId, cancellationToken).ConfigureAwait(false);
        if (entry is null || !await entries.IsValidAsync(entry, cancellationToken).ConfigureAwait(false))
        {
            // OpenIddict has revoked or deleted the token or its authorization: the family ends with it.
            await families.RevokeAsync(TokenFamilyFilter.ForFamily(family.FamilyId), RevocationReason.Administrator, cancellationToken).ConfigureAwait(false);
            await entries.EndAsync(family, cancellationToken).ConfigureAwait(false);
            Reject(context);
            return;
        }

        if (!await IsAcceptableAsync(context, presented, isCurrent: current is not null, cancellationToken).ConfigureAwait(false))
        {
            if (HookAnswer.Of(context.Transaction) is { } refusal)
            {
                context.Reject(refusal.Error, refusal.Description);
                return;
            }

            // What ended here ends at OpenIddict before the answer, even if the event that says so was lost.
            if (await families.FindByTokenAsync(token, cancellationToken: cancellationToken).ConfigureAwait(false) is { RevokedAt: not null } ended)
            {
                await entries.EndAsync(ended, cancellationToken).ConfigureAwait(false);
            }

            Reject(context);
            return;
        }

        var (id, payload) = await entries.ReadAsync(entry, cancellationToken).ConfigureAwait(false);
        if (payload is null)
        {
            Reject(context);
            return;
        }

        context.IsReferenceToken = true;
        context.TokenId = id;
        context.Token = payload;
    }

    private async ValueTask<bool> IsAcceptableAsync(ValidateTokenContext context, PresentedFamily presented, bool isCurrent, CancellationToken cancellationToken)
    {
        switch (context.EndpointType)
        {
            case OpenIddictServerEndpointType.Revocation:
                return true; // RFC 7009: whoever holds any token of a family may give it up
            case OpenIddictServerEndpointType.Token:
                var client = PresentedFamily.ClientOf(context.Transaction.Request?.ClientId);
                return (isCurrent && string.Equals(client, presented.Family.ClientId, StringComparison.Ordinal))
                    || await WouldSucceedAsync(context.Transaction, presented, client, cancellationToken).ConfigureAwait(false);
            default:
                return isCurrent;
        }
    }

    /// <summary>Plays the exchange up to its write. The previous token within leeway passes; a replay is detected, reported, and revokes the family.</summary>
    private async ValueTask<bool> WouldSucceedAsync(
        OpenIddictServerTransaction transaction, PresentedFamily presented, string client, CancellationToken cancellationToken)
    {
        var request = new ExchangeRequest
        {
            RefreshToken = presented.Token,
            ClientId = client,
            Services = transaction.GetHttpRequest()?.HttpContext.RequestServices,
            CreateAccessToken = static (_, _) => throw new RehearsalException(),
        };
        try
        {
            var result = await service.ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
            if (result is ExchangeResult.Rejected { Refusal: { } refusal })
            {
                HookAnswer.AttachTo(transaction, refusal);
            }

            return result is ExchangeResult.Succeeded;
        }
        catch (RehearsalException)
        {
            return true;
        }
    }

    private static void Reject(ValidateTokenContext context) =>
        context.Reject(Errors.InvalidToken, "The specified token is invalid.");

    /// <summary>Ends a rehearsed exchange before its write.</summary>
    private sealed class RehearsalException : Exception;
}

/// <summary>Lifetimes are the family's: the entry knows none that an exchange renews.</summary>
internal sealed class ApplyFamilyLifetime : IOpenIddictServerHandler<ValidateTokenContext>
{
    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal && PresentedFamily.Of(context.Transaction) is { IsDraft: false } presented
            && ReferenceEquals(presented.Validation, context))
        {
            var family = presented.Family;
            principal.SetCreationDate(family.RotatedAt ?? family.CreatedAt);
            principal.SetExpirationDate(family.IdleExpiresAt ?? family.AbsoluteExpiresAt); // idle never passes absolute
            presented.Claims = PrincipalClaims.Read(principal);
        }

        return ValueTask.CompletedTask;
    }
}
