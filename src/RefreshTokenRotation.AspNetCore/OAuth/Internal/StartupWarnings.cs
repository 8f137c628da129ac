using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Warns at startup about settings that work but are not safe, and about those that can't work. It runs after the stores have created their
/// tables, and the endpoints are mapped.</summary>
internal sealed class StartupWarnings(
    IOptions<RefreshTokenEndpointOptions> options,
    ITokenStore store,
    IReplayStore replays,
    IRotationPolicyManager policies,
    IOAuthClientStore clients,
    MappedEndpoints mapped,
    GrantTypeHandlers grants,
    ILogger<StartupWarnings> logger)
    : StartedService
{
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (!mapped.Any)
        {
            logger.NothingIsMapped();
        }

        if (mapped.Contains(settings.TokenPath) && clients is OptionsClientStore)
        {
            CheckClients(settings);
        }

        var signs = settings.Clients.Any(static client => client.AuthenticationMethod == ClientAuthenticationMethod.PrivateKeyJwt);
        if (store is not InMemoryTokenStore && replays is InMemoryReplayStore { IsDefault: true } && (settings.TakesProofs || signs))
        {
            logger.ReplayStoreIsLocal(settings.TakesProofs && signs ? "proofs and assertions" : signs ? "assertions" : "proofs");
        }

        foreach (var client in settings.Clients)
        {
            await WarnAsync(client, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a policy gives a public client tokens that neither rotate nor are bound to a key (RFC 9700 section 2.2.2).</summary>
    public static bool IsUnprotected(OAuthClient client, RotationPolicy policy) =>
        client is { AuthenticationMethod: ClientAuthenticationMethod.None, SenderConstraint: SenderConstraint.None }
        && client.GrantTypes.Contains(ParameterNames.RefreshToken, StringComparer.Ordinal)
        && policy.RotationType == RotationType.NonRotating;

    private void CheckClients(RefreshTokenEndpointOptions settings)
    {
        if (settings.Clients.Count == 0)
        {
            logger.NoClients();
            return;
        }

        foreach (var client in settings.Clients)
        {
            foreach (var grantType in client.GrantTypes.Where(grantType => !grants.Knows(grantType)))
            {
                logger.GrantTypeIsNotHandled(client.ClientId, grantType, string.Join(", ", grants.Types));
            }
        }

        var used = settings.Clients.SelectMany(static client => client.GrantTypes).ToHashSet(StringComparer.Ordinal);
        foreach (var grantType in grants.Types.Where(grantType => grantType != GrantTypeHandlers.RefreshToken && !used.Contains(grantType)))
        {
            logger.GrantTypeIsNotUsed(grantType);
        }
    }

    private async ValueTask WarnAsync(OAuthClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (IsUnprotected(client, await policies.GetAsync(client.ClientId, string.Empty, cancellationToken).ConfigureAwait(false)))
            {
                logger.TokensAreUnprotected(client.ClientId);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A policy store that is down must not stop the start: each exchange asks again.
            logger.PolicyUnknown(fault, client.ClientId);
        }
    }
}
