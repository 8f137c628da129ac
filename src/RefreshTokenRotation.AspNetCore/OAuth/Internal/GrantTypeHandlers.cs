using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>The host's handlers by their grant types. Singletons are kept; others come from the scope of each request.</summary>
internal sealed class GrantTypeHandlers
{
    public const string RefreshToken = "refresh_token";

    /// <summary>The handler of each grant type; null where it comes from the scope of a request.</summary>
    private readonly FrozenDictionary<string, IGrantTypeHandler?> _byType;

    public GrantTypeHandlers(HostParts<IGrantTypeHandler> handlers, IServiceScopeFactory scopes)
    {
        if (handlers.Singletons is { } singletons)
        {
            _byType = ByType(singletons).ToFrozenDictionary(static handler => handler.Key, IGrantTypeHandler? (handler) => handler.Value, StringComparer.Ordinal);
            return;
        }

        var scope = scopes.CreateAsyncScope();
        try
        {
            _byType = ByType(scope.ServiceProvider.GetServices<IGrantTypeHandler>())
                .ToFrozenDictionary(static handler => handler.Key, IGrantTypeHandler? (_) => null, StringComparer.Ordinal);
        }
        finally
        {
            scope.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Every grant type of the token endpoint, its own first.</summary>
    public IEnumerable<string> Types => _byType.Keys.Order(StringComparer.Ordinal).Prepend(RefreshToken);

    public bool Knows(string grantType) => grantType == RefreshToken || _byType.ContainsKey(grantType);

    /// <summary>The host's handler of a known grant type.</summary>
    public IGrantTypeHandler Get(string grantType, OAuthRequest request) =>
        _byType[grantType] ?? request.Context.RequestServices.GetServices<IGrantTypeHandler>().First(handler => handler.GrantType == grantType);

    private static Dictionary<string, IGrantTypeHandler> ByType(IEnumerable<IGrantTypeHandler> handlers)
    {
        var byType = new Dictionary<string, IGrantTypeHandler>(StringComparer.Ordinal);
        foreach (var handler in handlers)
        {
            if (string.IsNullOrEmpty(handler.GrantType))
            {
                throw new InvalidOperationException($"The handler {handler.GetType().Name} has no grant type.");
            }

            if (handler.GrantType == RefreshToken)
            {
                throw new InvalidOperationException($"The handler {handler.GetType().Name} names the grant type 'refresh_token', which is the endpoint's own.");
            }

            if (!byType.TryAdd(handler.GrantType, handler))
            {
                throw new InvalidOperationException(
                    $"The handlers {byType[handler.GrantType].GetType().Name} and {handler.GetType().Name} both name the grant type '{handler.GrantType}'.");
            }
        }

        return byType;
    }
}
