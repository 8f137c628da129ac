using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Ends families by their tokens (RFC 7009). The hint is ignored: one look-up finds every kind of token.</summary>
internal sealed class RevocationEndpoint(
    ClientAuthenticator authenticator,
    IRefreshTokenService tokens,
    ITokenFamilyManager families,
    TimeProvider time,
    IOptions<RefreshTokenEndpointOptions> options,
    IAccessTokenIssuer? issuer = null)
{
    private readonly bool _refusesAccessTokens = options.Value.RefuseAccessTokenRevocation;
    private readonly bool _endsGrant = options.Value.RevocationEndsGrant;

    public async ValueTask<OAuthError?> HandleAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        if (await authenticator.AuthenticateAsync(request, cancellationToken).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        if (request.Parameters[ParameterNames.Token] is not { } token)
        {
            return OAuthError.TokenMissing;
        }

        var revocation = new RevokeRequest
        {
            RefreshToken = token,
            ClientId = request.Client.ClientId,
            TenantId = request.TenantId,
            EndGrant = _endsGrant,
        };
        switch (await tokens.RevokeAsync(revocation, cancellationToken).ConfigureAwait(false))
        {
            case RevokeResult.ClientMismatch:
                return OAuthError.TokenOfAnotherClient;
            case RevokeResult.NothingToRevoke when issuer is not null
                && Syntax.IsToken(token)
                && await issuer.ValidateAsync(token, cancellationToken).ConfigureAwait(false) is { } described
                && described.TenantId == request.TenantId:
                if (await EndFamilyAsync(request, described, cancellationToken).ConfigureAwait(false) is { } refusal)
                {
                    return refusal;
                }

                break;
        }

        OAuthAnswer.SendEmptyJson(request.Context);
        return null;
    }

    /// <summary>Revokes an access token by ending the family that it came with (RFC 7009 section 2.1): log-out helpers send either token first.</summary>
    private async ValueTask<OAuthError?> EndFamilyAsync(OAuthRequest request, ValidatedAccessToken token, CancellationToken cancellationToken)
    {
        if (token.ClientId != request.Client.ClientId)
        {
            return OAuthError.TokenOfAnotherClient;
        }

        // A valid access token without a family stays valid until it expires, so 200 would be wrong.
        if (_refusesAccessTokens || token.FamilyId is not { } familyId)
        {
            return OAuthError.TokenTypeUnsupported;
        }

        if (await families.FindAsync(familyId, request.TenantId, cancellationToken).ConfigureAwait(false) is not { } family
            || family.ClientId != request.Client.ClientId)
        {
            return null; // deleted
        }

        var now = time.GetUtcNow();
        var mine = TokenFamilyFilter.ForFamily(familyId) with { TenantId = request.TenantId };
        await families.RevokeAsync(mine, RevocationReason.ClientRequest, cancellationToken).ConfigureAwait(false);
        if (_endsGrant && family is { RevocationReason: null or RevocationReason.ClientRequest })
        {
            foreach (var grant in GrantScan.GrantsOf(family))
            {
                var others = grant.Filter(request.TenantId) with { ExceptFamilyId = familyId, CreatedNoLaterThan = family.RevokedAt ?? now };
                await families.RevokeAsync(others, RevocationReason.ClientRequest, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }
}
