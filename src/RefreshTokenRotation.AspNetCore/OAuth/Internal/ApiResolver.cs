using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Combines what the APIs of one access token allow.</summary>
internal sealed class ApiResolver(IOAuthApiStore apis)
{
    /// <summary>The scope of OpenID Connect (Core, sections 3.1.2.1, 5.4 and 11), which belongs to no resource server.</summary>
    private static readonly string[] OpenIdScopes = ["openid", "profile", "email", "address", "phone", "offline_access", "online_access"];

    /// <summary>Looks up every API of a refreshed access token. An API that is unknown, deleted since, or without offline access gets no token: if the request names it,
    /// the request is refused; otherwise the API is left out.</summary>
    /// <param name="context">What the engine allows.</param>
    /// <param name="requested">What the request names.</param>
    /// <param name="cancellationToken">The request's.</param>
    /// <exception cref="RefusedException">No API, or no scope of those asked for, is left.</exception>
    public async ValueTask<ResolvedAccess> ResolveAsync(AccessTokenContext context, RequestedAccess requested, CancellationToken cancellationToken)
    {
        var tenantId = context.Family.TenantId;
        var targets = new List<OAuthApi>(context.Resources.Count);
        foreach (var resource in context.Resources)
        {
            if (await FindAsync(resource, tenantId, cancellationToken).ConfigureAwait(false) is { AllowOfflineAccess: true } api)
            {
                targets.Add(api);
            }
            else if (requested.Resources.Count > 0)
            {
                throw new RefusedException(OAuthError.TargetInvalid);
            }
        }

        if (targets.Count == 0 && context.Resources.Count > 0)
        {
            throw new RefusedException(OAuthError.TargetInvalid);
        }

        var scopes = await FollowAsync(context, targets, tenantId, cancellationToken).ConfigureAwait(false);
        if (scopes.Count == 0 && requested.Scopes.Count > 0)
        {
            throw new RefusedException(OAuthError.ScopeInvalid);
        }

        return new ResolvedAccess(
            scopes,
            targets.Count == context.Resources.Count ? context.Resources : [.. targets.Select(static api => api.Audience)],
            targets.Min(static api => api.AccessTokenLifetime));
    }

    /// <summary>The APIs that a request names, as they are registered, or the client's default; null if one is unknown.</summary>
    public async ValueTask<IReadOnlyList<string>?> FindRequestedAsync(OAuthRequest request, RequestedAccess requested, CancellationToken cancellationToken)
    {
        var named = requested.Resources.Count == 0 && request.Client.DefaultAudience is { Length: > 0 } audience ? [audience] : requested.Resources;
        return (await FindAllAsync(named, request.TenantId, cancellationToken).ConfigureAwait(false))?.ConvertAll(static api => api.Audience);
    }

    /// <summary>The APIs; null if one is unknown.</summary>
    public async ValueTask<List<OAuthApi>?> FindAllAsync(IReadOnlyList<string> resources, string tenantId, CancellationToken cancellationToken)
    {
        var found = new List<OAuthApi>(resources.Count);
        foreach (var resource in resources)
        {
            if (await FindAsync(resource, tenantId, cancellationToken).ConfigureAwait(false) is not { } api)
            {
                return null;
            }

            found.Add(api);
        }

        return found;
    }

    /// <summary>The API, or null if there is none.</summary>
    public async ValueTask<OAuthApi?> FindAsync(string resource, string tenantId, CancellationToken cancellationToken)
    {
        if (await FindExactlyAsync(resource).ConfigureAwait(false) is { } exact)
        {
            return exact;
        }

        // As a client that holds addresses as URLs spells it, or the host that registered the API did.
        var normal = ResourceIdentifier.Normalize(resource);
        return (normal == resource ? null : await FindExactlyAsync(normal).ConfigureAwait(false))
            ?? (normal.EndsWith('/') ? await FindExactlyAsync(normal[..^1]).ConfigureAwait(false) : null);

        // A store that ignores case may find another API.
        async ValueTask<OAuthApi?> FindExactlyAsync(string audience) =>
            await apis.FindAsync(audience, tenantId, cancellationToken).ConfigureAwait(false) is { } api && ResourceIdentifier.Same(api.Audience, resource) ? api : null;
    }

    /// <summary>The spelling of a resource that families hold: the API's own, or what was given if no API has it.</summary>
    public async ValueTask<string?> FindSpellingAsync(string? resource, string tenantId, CancellationToken cancellationToken) =>
        resource is { Length: > 0 } && await FindAsync(resource, tenantId, cancellationToken).ConfigureAwait(false) is { } api ? api.Audience : resource;

    /// <summary>Keeps the scopes of the token's own APIs: an access token for part of the grant, or for another API by policy, carries no other API's scope. An API that
    /// lists no scopes gets those that no other API lists.</summary>
    private async ValueTask<IReadOnlyList<string>> FollowAsync(
        AccessTokenContext context, List<OAuthApi> targets, string tenantId, CancellationToken cancellationToken)
    {
        if (targets.Count == 0 || context.Family.Resources.All(IsTarget))
        {
            return context.Scopes;
        }

        var others = new List<OAuthApi>();
        foreach (var resource in context.Family.Resources)
        {
            if (!IsTarget(resource) && await FindAsync(resource, tenantId, cancellationToken).ConfigureAwait(false) is { } other)
            {
                others.Add(other);
            }
        }

        return [.. context.Scopes.Where(Belongs)];

        bool IsTarget(string resource) => targets.Exists(api => ResourceIdentifier.Same(api.Audience, resource));

        bool Belongs(string scope) =>
            IsOpenId(scope)
            || targets.Exists(api => Lists(api, scope))
            || (targets.Exists(static api => api.Scopes.Count == 0) && !others.Exists(api => Lists(api, scope)));
    }

    /// <summary>Whether one of these APIs knows a scope. One that lists none knows all.</summary>
    public static bool Know(List<OAuthApi> apis, string scope) => IsOpenId(scope) || apis.Exists(api => api.Scopes.Count == 0 || Lists(api, scope));

    private static bool IsOpenId(string scope) => OpenIdScopes.Contains(scope, StringComparer.Ordinal);

    private static bool Lists(OAuthApi api, string scope) => api.Scopes.Contains(scope, StringComparer.Ordinal);
}

/// <summary>What one refreshed access token is good for.</summary>
/// <param name="Scopes">Its scope.</param>
/// <param name="Resources">Its resource servers, as they are registered.</param>
/// <param name="Lifetime">Of several APIs' lifetimes the shortest; null if none names one.</param>
internal sealed record ResolvedAccess(IReadOnlyList<string> Scopes, IReadOnlyList<string> Resources, TimeSpan? Lifetime);

/// <summary>The resource servers of the options, the same for every tenant.</summary>
internal sealed class OptionsApiStore(IOptions<RefreshTokenEndpointOptions> options) : IOAuthApiStore
{
    private readonly FrozenDictionary<string, OAuthApi> _asSpelled = options.Value.Apis.ToFrozenDictionary(static api => api.Audience, StringComparer.Ordinal);
    private readonly FrozenDictionary<string, OAuthApi> _normalized =
        options.Value.Apis.ToFrozenDictionary(static api => ResourceIdentifier.Normalize(api.Audience), StringComparer.Ordinal);

    public ValueTask<OAuthApi?> FindAsync(string audience, string tenantId, CancellationToken cancellationToken) =>
        new(_asSpelled.GetValueOrDefault(audience) ?? _normalized.GetValueOrDefault(ResourceIdentifier.Normalize(audience)));
}
