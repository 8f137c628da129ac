namespace RefreshTokenRotation;

/// <summary>One entry of a multi-resource policy: a resource server, and the scope that a refresh token may get there.</summary>
public sealed record ResourceScopes
{
    /// <summary>The resource server (<c>audience</c>): 1 to 600 characters.</summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>The scope-tokens: 1 to 280 characters each. Default: none.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];
}
