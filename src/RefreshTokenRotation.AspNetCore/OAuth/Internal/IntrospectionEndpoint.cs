using Microsoft.AspNetCore.Http;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Tells resource servers about tokens (RFC 7662). Unknown, inactive or unauthorized tokens get the same answer.</summary>
internal sealed class IntrospectionEndpoint(
    ClientAuthenticator authenticator,
    IRefreshTokenService tokens,
    ITokenFamilyManager families,
    EndpointAddresses addresses,
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

        var answer = IsAllowed(request.Client) ? await FindAsync(request, token, cancellationToken).ConfigureAwait(false) : null;
        await OAuthAnswer.SendJsonAsync(
            request.Context, StatusCodes.Status200OK, answer is null ? IntrospectionAnswer.Inactive.Span : answer).ConfigureAwait(false);
        return null;
    }

    /// <summary>An unauthenticated caller could be anybody (RFC 7662 section 2.1), whatever a store says of it.</summary>
    private static bool IsAllowed(OAuthClient client) => client is { AllowIntrospection: true, AuthenticationMethod: not ClientAuthenticationMethod.None };

    /// <summary>An API may read what is meant for it.</summary>
    private static bool MayRead(OAuthClient client, ValidatedAccessToken token) =>
        client.IntrospectsAllTokens
        || token.Resources.Any(resource => client.Audiences.Any(audience => ResourceIdentifier.Same(audience, resource)));

    private async ValueTask<byte[]?> FindAsync(OAuthRequest request, string token, CancellationToken cancellationToken)
    {
        var question = new IntrospectRequest { RefreshToken = token, TenantId = request.TenantId };
        if (await tokens.IntrospectAsync(question, cancellationToken).ConfigureAwait(false) is IntrospectResult.Active active)
        {
            return request.Client.IntrospectsAllTokens || active.Family.ClientId == request.Client.ClientId
                ? IntrospectionAnswer.Of(active.Family, addresses.Issuer(request.Context))
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

        // The signature says what was true when it was made. Whether the family was revoked since, only the store knows.
        return description.FamilyId is not { } familyId
            || await families.FindAsync(familyId, request.TenantId, cancellationToken).ConfigureAwait(false) is { } family
                && family.GetState(time.GetUtcNow()) == FamilyState.Active
            ? IntrospectionAnswer.Of(description, addresses.Issuer(request.Context))
            : null;
    }
}
