using System.Text.Json.Nodes;

namespace RefreshTokenRotation.Jwt;

/// <summary>The token that an <see cref="IClaimsSource"/> adds claims to, and its user. Not thread-safe.</summary>
public sealed class ClaimsContext
{
    private readonly string? _tenantClaim;
    private List<KeyValuePair<string, JsonNode>>? _claims;

    internal ClaimsContext(JwtTokenKind kind, AccessTokenRequest request, string? tenantClaim) => (Kind, Request, _tenantClaim) = (kind, request, tenantClaim);

    /// <summary>The token that the claims are for. Profile claims belong in the ID token, and only under their scope.</summary>
    public JwtTokenKind Kind { get; }

    /// <summary>The user, the client and what the token is for, with the family if there is one.</summary>
    public AccessTokenRequest Request { get; }

    /// <summary>What was added so far, in order.</summary>
    internal IReadOnlyList<KeyValuePair<string, JsonNode>> Claims => _claims ?? [];

    /// <summary>Whether this token was granted a scope, <c>profile</c> or <c>email</c> for instance (OpenID Connect Core section 5.4).</summary>
    /// <param name="scope">The scope; case matters.</param>
    /// <returns>True if it was.</returns>
    public bool HasScope(string scope) => Request.Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>Adds a claim. A string, a number and a bool convert to <see cref="JsonNode"/> by themselves.</summary>
    /// <param name="name">The claim. At most 255 characters.</param>
    /// <param name="value">Its value: a <see cref="JsonValue"/>, a <see cref="JsonArray"/> or a <see cref="JsonObject"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The claim is one of the protocol, or was added before.</exception>
    public void Add(string name, JsonNode value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, RequestLimits.IdentifierLength, nameof(name));
        ArgumentNullException.ThrowIfNull(value);
        if (JwtClaims.IsProtocolClaim(name) || name == _tenantClaim)
        {
            throw new InvalidOperationException($"The claim '{name}' is set by the protocol and can't be set by a claims source.");
        }

        _claims ??= [];
        if (_claims.Exists(claim => claim.Key == name))
        {
            throw new InvalidOperationException($"The claim '{name}' was added twice.");
        }

        _claims.Add(new(name, value));
    }

    /// <summary>Adds a claim that is an array of strings: roles or permissions for instance.</summary>
    /// <param name="name">The claim. At most 255 characters.</param>
    /// <param name="values">Its entries.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The claim is one of the protocol, or was added before.</exception>
    public void Add(string name, IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Add(name, new JsonArray([.. values.Select(static value => (JsonNode)value)]));
    }
}
