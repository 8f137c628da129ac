using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Names, when the host starts, the clients that have a policy in the options and are not registered: most often a misspelt id, whose client
/// has the default policy. A client store of the host's own is not asked: what it holds may change, and differ by tenant.</summary>
internal sealed class UnknownClientWarning(
    IOAuthClientStore clients, IOptions<RefreshTokenRotationOptions> rotation, ILogger<UnknownClientWarning> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (clients is not OptionsClientStore)
        {
            return;
        }

        var options = rotation.Value;
        var named = options.ClientPolicies.Keys.Concat(options.ClientResourcePolicies.Keys.Select(static key => key.ClientId));
        foreach (var clientId in named.Distinct(StringComparer.Ordinal))
        {
            if (await clients.FindAsync(clientId, string.Empty, cancellationToken).ConfigureAwait(false) is null)
            {
                logger.ClientOfPolicyIsUnknown(clientId);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
