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
    GrantTypeHandlers handlers,
    IEnumerable<IAccessTokenIssuer> issuers,
    ILogger<StartupWarnings> logger)
    : StartedService
{
    /// <summary>How many processes a leeway over several generations has to have room for, or it is worth a warning.</summary>
    private const int ExpectedProcesses = 5;

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

        var lifetime = settings.Apis.Select(static api => api.AccessTokenLifetime).Append(issuers.LastOrDefault()?.DefaultLifetime).Min();
        foreach (var client in settings.Clients)
        {
            await WarnAsync(client, lifetime, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How many processes can share a token for the whole leeway: each rotates it once in the lifetime of an access token, and the generations must
    /// outnumber these rotations.</summary>
    public static int ProcessesOf(RotationPolicy policy, TimeSpan accessTokenLifetime) =>
        (int)Math.Min(int.MaxValue, Math.Ceiling(policy.LeewayGenerations * (accessTokenLifetime / policy.Leeway)) - 1);

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
            foreach (var grantType in client.GrantTypes.Where(grantType => !handlers.Knows(grantType)))
            {
                logger.GrantTypeIsNotHandled(client.ClientId, grantType, string.Join(", ", handlers.Types));
            }

            if (client is { AllowIntrospection: true, IntrospectsAllTokens: false, Audiences.Count: 0 })
            {
                logger.ClientIntrospectsNothing(client.ClientId);
            }
        }

        var used = settings.Clients.SelectMany(static client => client.GrantTypes).ToHashSet(StringComparer.Ordinal);
        foreach (var grantType in handlers.Types.Where(grantType => grantType != GrantTypeHandlers.RefreshToken && !used.Contains(grantType)))
        {
            logger.GrantTypeIsNotUsed(grantType);
        }
    }

    private async ValueTask WarnAsync(OAuthClient client, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        try
        {
            var policy = await policies.GetAsync(client.ClientId, string.Empty, cancellationToken).ConfigureAwait(false);
            if (IsUnprotected(client, policy))
            {
                logger.TokensAreUnprotected(client.ClientId);
            }

            if (policy is { LeewayGenerations: > 1, Leeway.Ticks: > 0 } && lifetime is { } known && ProcessesOf(policy, known) is var processes and < ExpectedProcesses)
            {
                logger.GenerationsAreFew(client.ClientId, policy.LeewayGenerations, known, processes, policy.Leeway);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A policy store that is down must not stop the start: each exchange asks again.
            logger.PolicyUnknown(fault, client.ClientId);
        }
    }
}
