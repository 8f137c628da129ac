namespace RefreshTokenRotation.Client;

/// <summary>What an access token is for: a resource server and a scope. The default value asks for what the log-in granted.</summary>
/// <remarks>Order and repetition of scopes don't matter: <c>"b a a"</c> equals <c>"a b"</c>.</remarks>
public readonly record struct TokenTarget
{
    /// <summary>Creates a target.</summary>
    /// <param name="resource">The absolute URI of the resource server (RFC 8707); null asks for the server's default.</param>
    /// <param name="scope">Scopes, separated by spaces (RFC 6749, section 3.3); null or empty asks for the granted scope.</param>
    public TokenTarget(string? resource, string? scope = null)
    {
        Resource = string.IsNullOrEmpty(resource) ? null : resource;
        Scope = Normalize(scope);
    }

    /// <summary>The resource server, or null.</summary>
    public string? Resource { get; }

    /// <summary>The scopes in ordinal order, or null.</summary>
    public string? Scope { get; }

    private static string? Normalize(string? scope) =>
        string.IsNullOrWhiteSpace(scope) ? null
        : !scope.Contains(' ', StringComparison.Ordinal) ? scope
        : string.Join(' ', scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal));
}
