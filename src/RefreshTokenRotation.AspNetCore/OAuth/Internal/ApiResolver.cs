using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>What the APIs of one access token say together.</summary>
internal sealed class ApiResolver(IOAuthApiStore apis)
{
    /// <summary>How long an access token lives: of several APIs' lifetimes the shortest; null if none names one. An API that is gone names
    /// none: what a refresh token is good for, its grant and the policy decide.</summary>
    public async ValueTask<TimeSpan?> FindLifetimeAsync(IReadOnlyList<string> resources, string tenantId, CancellationToken cancellationToken)
    {
        TimeSpan? shortest = null;
        foreach (var resource in resources)
        {
            var api = await FindAsync(resource, tenantId, cancellationToken).ConfigureAwait(false);
            shortest = Shorter(shortest, api?.AccessTokenLifetime);
        }

        return shortest;
    }

    /// <summary>The API, or null if there is none.</summary>
    public async ValueTask<OAuthApi?> FindAsync(string resource, string tenantId, CancellationToken cancellationToken)
    {
        var api = await apis.FindAsync(resource, tenantId, cancellationToken).ConfigureAwait(false);
        return api?.Audience == resource ? api : null; // A store that compares without case finds another one.
    }

    public static TimeSpan? Shorter(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right : left;
}

/// <summary>The resource servers of the options, the same for every tenant.</summary>
internal sealed class OptionsApiStore(IOptions<RefreshTokenEndpointOptions> options) : IOAuthApiStore
{
    private readonly FrozenDictionary<string, OAuthApi> _apis =
        options.Value.Apis.ToFrozenDictionary(static api => api.Audience, StringComparer.Ordinal);

    public ValueTask<OAuthApi?> FindAsync(string audience, string tenantId, CancellationToken cancellationToken) =>
        new(_apis.GetValueOrDefault(audience));
}
