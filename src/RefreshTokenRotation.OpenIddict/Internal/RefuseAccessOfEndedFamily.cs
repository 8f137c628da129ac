using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace RefreshTokenRotation.OpenIddict.Internal;

/// <summary>Refuses an access token that is presented to the server itself (introspection, userinfo, token exchange) once the family of its log-in has ended, even if the
/// event about it was lost. The authorization then ends at OpenIddict too. A consent for more than one log-in does not say which family a token belongs to, so OpenIddict
/// alone judges such tokens.</summary>
internal sealed class RefuseAccessOfEndedFamily(ITokenFamilyManager families, FamilyEntries entries) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal
            || !principal.HasTokenType(TokenTypeIdentifiers.AccessToken)
            || principal.GetAuthorizationId() is not { Length: > 0 } id)
        {
            return;
        }

        try
        {
            if (await HasEndedAsync(principal.GetClaim(Claims.Subject), id, context.CancellationToken).ConfigureAwait(false))
            {
                context.Reject(Errors.InvalidToken, "The specified token is invalid.");
            }
        }
        catch (RefreshTokenUnavailableException outage)
        {
            Log.Unavailable(context.Logger, outage);
            context.Reject(Errors.TemporarilyUnavailable, "The access token could not be checked. Retry with the same token.");
        }
    }

    private async ValueTask<bool> HasEndedAsync(string? subject, string authorizationId, CancellationToken cancellationToken)
    {
        if (subject is null || !await entries.IsAdHocAsync(authorizationId, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var filter = TokenFamilyFilter.ForUser(subject) with { AuthorizationId = authorizationId };
        var found = (await families.ListAsync(filter, cancellationToken: cancellationToken).ConfigureAwait(false)).Families;
        var hasEnded = found.Count > 0
            ? found.All(static family => family.RevokedAt is not null)
            : await entries.HasFamilyEntryAsync(authorizationId, cancellationToken).ConfigureAwait(false); // it was evicted, or deleted
        if (hasEnded)
        {
            await entries.EndAuthorizationAsync(authorizationId, cancellationToken).ConfigureAwait(false);
        }

        return hasEnded;
    }
}
