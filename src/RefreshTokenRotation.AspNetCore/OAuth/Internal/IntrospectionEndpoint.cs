namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Describes tokens to resource servers (RFC 7662). Unknown, inactive and unauthorized tokens get the same response.</summary>
internal sealed class IntrospectionEndpoint(
    ClientAuthenticator authenticator,
    IRefreshTokenService tokens,
    ITokenFamilyManager families,
    EndpointAddresses addresses,
    StatedTimes times,
    TimeProvider time,
    IAccessTokenIssuer? issuer = null)
{
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

        // An unauthenticated client may never introspect (RFC 7662 section 2.1), whatever the client store says.
        var isAllowed = request.Client is { AllowIntrospection: true, AuthenticationMethod: not ClientAuthenticationMethod.None };
        var answer = isAllowed ? await FindAsync(request, token, cancellationToken).ConfigureAwait(false) : null;
        await OAuthAnswer.SendJsonAsync(
            request.Context, StatusCodes.Status200OK, answer is null ? IntrospectionAnswer.Inactive.Span : answer).ConfigureAwait(false);
        return null;
    }

    /// <summary>A client may read access tokens for the APIs that it speaks for.</summary>
    private static bool MayRead(OAuthClient client, ValidatedAccessToken token) =>
        client.IntrospectsAllTokens
        || token.Resources.Any(resource => client.Audiences.Any(audience => ResourceIdentifier.Same(audience, resource)));

    private async ValueTask<byte[]?> FindAsync(OAuthRequest request, string token, CancellationToken cancellationToken)
    {
        var question = new IntrospectRequest { RefreshToken = token, TenantId = request.TenantId };
        if (await tokens.IntrospectAsync(question, cancellationToken).ConfigureAwait(false) is IntrospectResult.Active active)
        {
            return request.Client.IntrospectsAllTokens || active.Family.ClientId == request.Client.ClientId
                ? IntrospectionAnswer.Of(active.Family, addresses.Issuer(request.Context), times.LifetimesOf(active.Family))
                : null;
        }

        if (issuer is null
            || !Syntax.IsToken(token)
            || await issuer.ValidateAsync(token, cancellationToken).ConfigureAwait(false) is not { } description
            || description.TenantId != request.TenantId
            || !MayRead(request.Client, description))
        {
            return null;
        }

        // The signature proves what was true when the token was signed. Only the store knows whether the family was revoked since.
        return description.FamilyId is not { } familyId
            || await families.FindAsync(familyId, request.TenantId, cancellationToken).ConfigureAwait(false) is { } family
                && family.GetState(time.GetUtcNow()) == FamilyState.Active
            ? IntrospectionAnswer.Of(description, addresses.Issuer(request.Context))
            : null;
    }
}
