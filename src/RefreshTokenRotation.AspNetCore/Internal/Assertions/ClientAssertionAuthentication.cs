namespace RefreshTokenRotation.AspNetCore.Internal.Assertions;

/// <summary>Client assertions at the endpoints: their audience is this server, by its issuer or the address of its token endpoint, whichever endpoint
/// is called.</summary>
internal sealed class ClientAssertionAuthentication(ClientAssertionVerifier verifier, EndpointAddresses addresses) : IClientAssertionVerifier
{
    public string? ReadClientId(string assertion) => ClientAssertionVerifier.ClaimedClient(assertion);

    public ValueTask<bool> VerifyAsync(OAuthRequest request, OAuthClient client, string assertion, CancellationToken cancellationToken) =>
        verifier.VerifyAsync(
            assertion, client, request.TenantId, [addresses.Issuer(request.Context), addresses.TokenEndpoint(request.Context)], cancellationToken);
}
