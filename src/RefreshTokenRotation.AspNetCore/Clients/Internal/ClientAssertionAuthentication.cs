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
    private readonly TimeSpan _longestLife;
    private readonly bool _issuerAlone;

    public ClientAssertionAuthentication(ClientAssertionVerifier verifier, EndpointAddresses addresses, IOptions<RefreshTokenEndpointOptions> options)
    {
        (_verifier, _addresses) = (verifier, addresses);
        (_longestLife, _issuerAlone) = (options.Value.AssertionLifetime, options.Value.AssertionAudienceIsIssuer);
        if (!addresses.IsIssuerNamed
            && options.Value.Clients.FirstOrDefault(static client => client.AuthenticationMethod == ClientAuthenticationMethod.PrivateKeyJwt) is { } signer)
        {
            throw new InvalidOperationException($"Clients['{signer.ClientId}'] has the AuthenticationMethod PrivateKeyJwt, but {NameNeeded}");
        }
    }

    /// <summary>Null if the client signed the assertion, for this server, and not too long ago; else the code of the check that failed.</summary>
    public ValueTask<string?> FindFailureAsync(OAuthRequest request, OAuthClient client, string assertion, CancellationToken cancellationToken) =>
        _addresses.IsIssuerNamed
            ? _verifier.FindFailureAsync(assertion, client, request.TenantId, Expect(request), cancellationToken)
            : throw new InvalidOperationException($"A client has the AuthenticationMethod PrivateKeyJwt, but {NameNeeded}");

    private ExpectedAssertion Expect(OAuthRequest request)
    {
        var issuer = _addresses.Issuer(request.Context);
        return _issuerAlone
            ? new ExpectedAssertion([issuer], _longestLife, IsOneText: true)
            : new ExpectedAssertion([issuer, issuer.TrimEnd('/'), _addresses.TokenEndpoint(request.Context)], _longestLife);
    }
}
