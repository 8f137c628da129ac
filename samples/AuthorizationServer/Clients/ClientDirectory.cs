using AuthorizationServer.Flows;
using AuthorizationServer.Setup;

namespace AuthorizationServer.Clients;

/// <summary>The clients and resource servers of the settings, for the flows of this server.</summary>
internal sealed class ClientDirectory(ServerSettings settings)
{
    private static readonly string[] OpenIdScopes = ["openid", "profile", "email", "offline_access"];

    public ClientSettings? Find(string? clientId) => clientId is not null && settings.Clients.TryGetValue(clientId, out var client) ? client : null;

    /// <summary>Whether users may let clients use this API. The management API is for machines alone.</summary>
    public bool IsApi(string audience) => settings.Apis.Exists(api => api.Audience == audience);

    /// <summary>The APIs that a request names, as they are registered, or the client's default; null if one is unknown.</summary>
    public IReadOnlyList<string>? FindApis(ClientSettings client, IReadOnlyList<string> named)
    {
        if (named.Count == 0)
        {
            return client.DefaultAudience is { } audience ? [audience] : [];
        }

        var found = named.Select(name => settings.Apis.Find(api => Addresses.AreSame(api.Audience, name))?.Audience).Distinct(StringComparer.Ordinal).ToList();
        return found.Contains(null) ? null : [.. found.OfType<string>()];
    }

    /// <summary>What of a requested scope there is to grant: OpenID Connect's own, and that of the resource servers. The rest is left out,
    /// and the answer of the token endpoint says what was granted.</summary>
    public IReadOnlyList<string> Grantable(IReadOnlyList<string> requested, IReadOnlyList<string> resources)
    {
        var known = settings.Apis.Where(api => resources.Contains(api.Audience)).SelectMany(api => api.Scopes).Concat(OpenIdScopes);
        return [.. requested.Intersect(known, StringComparer.Ordinal)];
    }
}
