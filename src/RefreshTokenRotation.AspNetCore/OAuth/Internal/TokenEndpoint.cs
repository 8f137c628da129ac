namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The token endpoint (RFC 6749 section 3.2).</summary>
internal sealed class TokenEndpoint(
    ClientAuthenticator clients, ProofOfPossessionValidator proofOfPossession, RefreshTokenGrantHandler refresh, GrantTypeDispatcher dispatcher, GrantTypeHandlers handlers)
{
    public async ValueTask<OAuthError?> HandleAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters[ParameterNames.GrantType] is not { } grantType)
        {
            return OAuthError.GrantTypeMissing;
        }

        if (!handlers.Knows(grantType))
        {
            return OAuthError.GrantTypeUnknown;
        }

        if (await clients.AuthenticateAsync(request, cancellationToken).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        if (!request.Client.GrantTypes.Contains(grantType, StringComparer.Ordinal))
        {
            return OAuthError.GrantTypeNotAllowed;
        }

        if (await proofOfPossession.ValidateAsync(request, cancellationToken).ConfigureAwait(false) is { } unproved)
        {
            return unproved;
        }

        return grantType == GrantTypeHandlers.RefreshToken
            ? await refresh.HandleAsync(request, cancellationToken).ConfigureAwait(false)
            : await dispatcher.HandleAsync(handlers.Get(grantType, request), request, cancellationToken).ConfigureAwait(false);
    }
}
