using System.Text.Json.Serialization;

namespace RefreshTokenRotation.Client;

/// <summary>An access token of a stored session.</summary>
internal sealed class StoredAccessToken
{
    public required string Value { get; init; }

    public required string Type { get; init; }

    public string? Scope { get; init; }

    public string? TargetResource { get; init; }

    public string? TargetScope { get; init; }

    public DateTimeOffset ObtainedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    [JsonIgnore]
    public TokenTarget Target => new(TargetResource, TargetScope);

    public static StoredAccessToken From(TokenGrant grant, TokenTarget target, TimeSpan defaultLifetime) => new()
    {
        Value = grant.AccessToken,
        Type = grant.TokenType,
        Scope = grant.Scope,
        TargetResource = target.Resource,
        TargetScope = target.Scope,
        ObtainedAt = grant.RequestedAt,
        ExpiresAt = grant.RequestedAt + (grant.ExpiresIn ?? defaultLifetime),
    };

    /// <summary>Shows no token.</summary>
    public override string ToString() => "access token (redacted)";
}
