using System.Buffers.Text;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Authenticates the client of a request. Every failure gets the same response, and an unknown client takes as long as a wrong secret. Only the log and the
/// metrics say which check failed.</summary>
internal sealed class ClientAuthenticator(
    IOAuthClientStore clients, EndpointMetrics metrics, TimeProvider time, ILogger<ClientAuthenticator> logger, ClientAssertionAuthentication assertions)
{
    /// <summary>What the secret of an unknown client is compared with.</summary>
    private static readonly string[] NoHashes = [AspNetCore.ClientSecret.Hash("no client has this secret")];

    private readonly LogBudget _origins = new(time);

    /// <summary>Sets the client of a request, or returns the error.</summary>
    public async ValueTask<OAuthError?> AuthenticateAsync(OAuthRequest request, CancellationToken cancellationToken)
    {
        if (PresentedCredentials.Read(request, out var presented) is { } error)
        {
            if (error == OAuthError.ClientChallenged)
            {
                Tell("client_secret", "malformed_header");
            }

            return error;
        }

        var clientId = presented.ClientId ?? (presented.Assertion is { } unread ? ClientAssertionVerifier.ClaimedClient(unread) : null);
        var failure = await TryAsync(request, presented, clientId, cancellationToken).ConfigureAwait(false);
        if (failure is not null && presented.Raw is { } raw
            && await TryAsync(request, presented with { Secret = raw.Secret }, raw.ClientId, cancellationToken).ConfigureAwait(false) is null)
        {
            failure = null;
        }

        if (failure is null)
        {
            return null;
        }

        Tell(presented.Assertion is not null ? "private_key_jwt" : presented.Secret is not null ? "client_secret" : "none", failure);
        return presented.ByHeader ? OAuthError.ClientChallenged : OAuthError.ClientInvalid;
    }

    /// <summary>Sets the client, or returns the code of the check that failed.</summary>
    private async ValueTask<string?> TryAsync(
        OAuthRequest request, PresentedCredentials presented, string? clientId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(clientId))
        {
            return "no_client";
        }

        var client = await clients.FindExactlyAsync(clientId, request.TenantId, cancellationToken).ConfigureAwait(false);
        var secretFits = presented.Secret is { } secret && Fits(secret, client?.SecretHashes is { Count: > 0 } hashes ? hashes : NoHashes);
        if (client is null)
        {
            return "unknown_client";
        }

        if (CrossOrigin.Admit(request.Context, client) is { } origin && _origins.TrySpend())
        {
            logger.OriginIsNotAllowed(origin, client.ClientId);
        }

        var failure = client.AuthenticationMethod switch
        {
            ClientAuthenticationMethod.None => presented is { Secret: null, Assertion: null } ? null : "wrong_method",
            ClientAuthenticationMethod.ClientSecret => presented.Secret is null ? "wrong_method"
                : secretFits && client.SecretHashes.Count > 0 ? null
                : "wrong_secret",
            ClientAuthenticationMethod.PrivateKeyJwt => presented.Assertion is { } assertion
                ? await assertions.FindFailureAsync(request, client, assertion, cancellationToken).ConfigureAwait(false)
                : "wrong_method",
            _ => "wrong_method",
        };
        if (failure is null)
        {
            request.Client = client;
        }

        return failure;
    }

    private void Tell(string method, string reason)
    {
        logger.ClientRefused(method, reason);
        metrics.AuthenticationFailed(method, reason);
    }

    /// <summary>Compares with every hash, in a time that does not depend on which one matches.</summary>
    private static bool Fits(string secret, IReadOnlyList<string> hashes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Span<char> text = stackalloc char[AspNetCore.ClientSecret.HashLength];
        SHA256.HashData(Encoding.UTF8.GetBytes(secret), digest);
        AspNetCore.ClientSecret.HashPrefix.CopyTo(text);
        Base64Url.EncodeToChars(digest, text[AspNetCore.ClientSecret.HashPrefix.Length..]);
        var fits = false;
        for (var i = 0; i < hashes.Count; i++)
        {
            fits |= CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(text), MemoryMarshal.AsBytes(hashes[i].AsSpan()));
        }

        return fits;
    }
}

/// <summary>Finds clients in any store.</summary>
internal static class ClientStoreExtensions
{
    /// <summary>Finds the client with exactly this id, or returns null. A store that ignores case may return another one, which does not count. An id with unusual
    /// characters is not looked up, because a database may fail on it.</summary>
    public static async ValueTask<OAuthClient?> FindExactlyAsync(
        this IOAuthClientStore clients, string clientId, string tenantId, CancellationToken cancellationToken) =>
        TextForm.IsFit(clientId) && await clients.FindAsync(clientId, tenantId, cancellationToken).ConfigureAwait(false) is { } client && client.ClientId == clientId
            ? client
            : null;
}

/// <summary>The clients of the options, the same for every tenant.</summary>
internal sealed class OptionsClientStore(IOptions<RefreshTokenEndpointOptions> options) : IOAuthClientStore
{
    private readonly FrozenDictionary<string, OAuthClient> _clients =
        options.Value.Clients.ToFrozenDictionary(static client => client.ClientId, StringComparer.Ordinal);

    public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) =>
        new(_clients.GetValueOrDefault(clientId));
}
