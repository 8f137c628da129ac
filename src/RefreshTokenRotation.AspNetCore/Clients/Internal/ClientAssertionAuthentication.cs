using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Client assertions at the endpoints: their audience is this server, by its issuer or the address of its token endpoint, whichever endpoint
/// is called.</summary>
internal sealed class ClientAssertionAuthentication
{
    // Otherwise another server could present an assertion that it received here, with its own name as Host header.
    private const string NameNeeded = "no Issuer is set: the audience of an assertion would be compared with the Host header, which is whatever the caller writes.";

    private readonly ClientAssertionVerifier _verifier;
    private readonly EndpointAddresses _addresses;

    public ClientAssertionAuthentication(ClientAssertionVerifier verifier, EndpointAddresses addresses, IOptions<RefreshTokenEndpointOptions> options)
    {
        (_verifier, _addresses) = (verifier, addresses);
        if (!addresses.IsIssuerNamed
            && options.Value.Clients.FirstOrDefault(static client => client.AuthenticationMethod == ClientAuthenticationMethod.PrivateKeyJwt) is { } signer)
        {
            throw new InvalidOperationException($"Clients['{signer.ClientId}'] has the AuthenticationMethod PrivateKeyJwt, and {NameNeeded}");
        }
    }

    /// <summary>Whether the client signed the assertion, for this server, and not too long ago.</summary>
    public ValueTask<bool> VerifyAsync(OAuthRequest request, OAuthClient client, string assertion, CancellationToken cancellationToken) =>
        _addresses.IsIssuerNamed
            ? _verifier.VerifyAsync(
                assertion, client, request.TenantId, [_addresses.Issuer(request.Context), _addresses.TokenEndpoint(request.Context)], cancellationToken)
            : throw new InvalidOperationException($"A client has the AuthenticationMethod PrivateKeyJwt, and {NameNeeded}");
}
