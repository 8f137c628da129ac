using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Ends families by their tokens (RFC 7009). The hint is not read: one look-up finds whatever can be found.</summary>
internal sealed class RevocationEndpoint(
    ClientAuthenticator authenticator, IRefreshTokenService tokens, IOptions<RefreshTokenEndpointOptions> options, IAccessTokenIssuer? issuer = null)
{
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
                && await issuer.ValidateAsync(token, cancellationToken).ConfigureAwait(false) is { } described
                && described.TenantId == request.TenantId:
                // A valid access token stays valid until it ends: to say 200 would be untrue.
                return OAuthError.TokenTypeUnsupported;
            default:
                OAuthAnswer.SendEmpty(request.Context, StatusCodes.Status200OK);
                return null;
        }
    }
}
