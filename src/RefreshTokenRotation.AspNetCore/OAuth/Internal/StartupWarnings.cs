using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Warns at startup about settings that work but are not safe.</summary>
internal sealed class StartupWarnings(
    IOptions<RefreshTokenEndpointOptions> options, ITokenStore store, IReplayStore replays, IRotationPolicyManager policies, ILogger<StartupWarnings> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the stores have created their tables.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
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

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
