using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The resource servers of the options, the same for every tenant.</summary>
internal sealed class OptionsApiStore(IOptions<RefreshTokenEndpointOptions> options) : IOAuthApiStore
{
    private readonly FrozenDictionary<string, OAuthApi> _apis =
        options.Value.Apis.ToFrozenDictionary(static api => api.Audience, StringComparer.Ordinal);

    public ValueTask<OAuthApi?> FindAsync(string tenantId, string audience, CancellationToken cancellationToken) =>
        new(_apis.GetValueOrDefault(audience));
}
