using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Names, when the host starts, the clients that have a policy in the options and are not registered: most often a misspelt id, whose client
/// has the default policy. A client store of the host's own is not asked: what it holds may change, and differ by tenant.</summary>
internal sealed class UnknownClientWarning(
    IOptions<RefreshTokenRotationOptions> rotation,
    ILogger<UnknownClientWarning> logger,
    IOptions<RefreshTokenEndpointOptions> endpoints,
    IOptions<RefreshTokenApiOptions> api,
    RefreshTokenCarrier? carrier = null,
    IOAuthClientStore? clients = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (clients is not (null or OptionsClientStore))
        {
            return Task.CompletedTask;
        }

        var known = clients is null ? [] : endpoints.Value.Clients.Select(static client => client.ClientId).ToList();
        if (carrier is not null)
        {
            known.Add(api.Value.ClientId);
        }

        var options = rotation.Value;
        var named = options.ClientPolicies.Keys.Concat(options.ClientResourcePolicies.Keys.Select(static key => key.ClientId));
        foreach (var clientId in named.Distinct(StringComparer.Ordinal).Except(known, StringComparer.Ordinal))
        {
            logger.ClientOfPolicyIsUnknown(clientId, known.Count == 0 ? "none" : string.Join(", ", known));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
