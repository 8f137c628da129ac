using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The host's grants by their types. Singletons are kept; others come from the scope of each request.</summary>
internal sealed class GrantTypeHandlers
{
    public const string RefreshToken = "refresh_token";

    /// <summary>The grant of each type; null where it comes from the scope of a request.</summary>
    private readonly FrozenDictionary<string, IGrantTypeHandler?> _byType;

    public GrantTypeHandlers(HostParts<IGrantTypeHandler> grants, IServiceScopeFactory scopes)
    {
        if (grants.Singletons is { } singletons)
        {
            _byType = ByType(singletons).ToFrozenDictionary(static grant => grant.Key, IGrantTypeHandler? (grant) => grant.Value, StringComparer.Ordinal);
            return;
        }

        var scope = scopes.CreateAsyncScope();
        try
        {
            _byType = ByType(scope.ServiceProvider.GetServices<IGrantTypeHandler>())
                .ToFrozenDictionary(static grant => grant.Key, IGrantTypeHandler? (_) => null, StringComparer.Ordinal);
        }
        finally
        {
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Every grant type of the token endpoint, its own first.</summary>
    public IEnumerable<string> Types => _byType.Keys.Order(StringComparer.Ordinal).Prepend(RefreshToken);

    public bool Knows(string grantType) => grantType == RefreshToken || _byType.ContainsKey(grantType);

    /// <summary>The host's grant of a known type.</summary>
    public IGrantTypeHandler Get(string grantType, OAuthRequest request) =>
        _byType[grantType] ?? request.Context.RequestServices.GetServices<IGrantTypeHandler>().First(grant => grant.GrantType == grantType);

    private static Dictionary<string, IGrantTypeHandler> ByType(IEnumerable<IGrantTypeHandler> grants)
    {
        var byType = new Dictionary<string, IGrantTypeHandler>(StringComparer.Ordinal);
        foreach (var grant in grants)
        {
            if (string.IsNullOrEmpty(grant.GrantType))
            {
                throw new InvalidOperationException($"The handler {grant.GetType().Name} has no grant type.");
            }

            if (grant.GrantType == RefreshToken)
            {
                throw new InvalidOperationException($"The handler {grant.GetType().Name} names the grant type 'refresh_token', which is the endpoint's own.");
            }

            if (!byType.TryAdd(grant.GrantType, grant))
            {
                throw new InvalidOperationException(
                    $"The handlers {byType[grant.GrantType].GetType().Name} and {grant.GetType().Name} both name the grant type '{grant.GrantType}'.");
            }
        }

        return byType;
    }
}
