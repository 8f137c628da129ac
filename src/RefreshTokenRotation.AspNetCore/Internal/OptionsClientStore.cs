using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The clients of the options, the same for every tenant.</summary>
internal sealed class OptionsClientStore(IOptions<RefreshTokenEndpointOptions> options) : IOAuthClientStore
{
    private readonly FrozenDictionary<string, OAuthClient> _clients =
        options.Value.Clients.ToFrozenDictionary(static client => client.ClientId, StringComparer.Ordinal);

    public ValueTask<OAuthClient?> FindAsync(string tenantId, string clientId, CancellationToken cancellationToken) =>
        new(_clients.GetValueOrDefault(clientId));
}
