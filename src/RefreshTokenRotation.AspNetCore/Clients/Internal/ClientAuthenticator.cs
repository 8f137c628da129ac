using System.Buffers.Text;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Finds out which client calls. Every failure gets the same answer, and an unknown client takes as long as a wrong secret.</summary>
internal sealed class ClientAuthenticator(IOAuthClientStore clients, ClientAssertionAuthentication assertions)
{
    private const string HashPrefix = "sha256:";
    private const int HashLength = 7 + 43;

    /// <summary>What the secret of an unknown client is compared with.</summary>
    private static readonly string[] NoHashes = [AspNetCore.ClientSecret.Hash("no client has this secret")];

    /// <summary>Sets the client of a request, or returns why there is none.</summary>
    public async ValueTask<OAuthError?> AuthenticateAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        if (PresentedCredentials.Read(request, out var presented) is { } error)
        {
            return error;
        }

        var failure = presented.ByHeader ? OAuthError.ClientChallenged : OAuthError.ClientInvalid;
        var clientId = presented.ClientId ?? (presented.Assertion is { } unread ? ClientAssertionVerifier.ClaimedClient(unread) : null);
        if (string.IsNullOrEmpty(clientId))
        {
            return failure;
        }

        var client = await clients.FindAsync(clientId, request.TenantId, cancellationToken).ConfigureAwait(false);
        if (client is not null && client.ClientId != clientId)
        {
            client = null; // A store that compares without case has found another one.
        }

        var secretFits = presented.Secret is { } secret && Fits(secret, client?.SecretHashes is { Count: > 0 } hashes ? hashes : NoHashes);
        if (client is null)
        {
            return failure;
        }

        CrossOrigin.Admit(request.Context, client);
        var isAuthentic = client.AuthenticationMethod switch
        {
            ClientAuthenticationMethod.None => presented is { Secret: null, Assertion: null },
            ClientAuthenticationMethod.ClientSecret => secretFits && client.SecretHashes.Count > 0,
            ClientAuthenticationMethod.PrivateKeyJwt => presented.Assertion is { } assertion
                && await assertions.VerifyAsync(request, client, assertion, cancellationToken).ConfigureAwait(false),
            _ => false,
        };
        if (!isAuthentic)
        {
            return failure;
        }

        request.Client = client;
        return null;
    }

    /// <summary>Compares with every hash, in a time that does not depend on which one fits.</summary>
    private static bool Fits(string secret, IReadOnlyList<string> hashes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Span<char> text = stackalloc char[HashLength];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), digest);
        HashPrefix.CopyTo(text);
        Base64Url.EncodeToChars(digest, text[HashPrefix.Length..]);
        var fits = false;
        for (var i = 0; i < hashes.Count; i++)
        {
            fits |= CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(text), MemoryMarshal.AsBytes(hashes[i].AsSpan()));
        }

        return fits;
    }
}

/// <summary>The clients of the options, the same for every tenant.</summary>
internal sealed class OptionsClientStore(IOptions<RefreshTokenEndpointOptions> options) : IOAuthClientStore
{
    private readonly FrozenDictionary<string, OAuthClient> _clients =
        options.Value.Clients.ToFrozenDictionary(static client => client.ClientId, StringComparer.Ordinal);

    public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        new(_clients.GetValueOrDefault(clientId));
}
