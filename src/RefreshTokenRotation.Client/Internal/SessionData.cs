using System.Text.Json;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation.Client;

/// <summary>What is stored of a session, as JSON. Members may be added; none may change its meaning.</summary>
internal sealed class SessionData
{
    /// <summary>Access tokens kept at most, the newest; so a session has a bounded size whatever targets are asked for.</summary>
    private const int MaxAccessTokens = 16;

    public required string RefreshToken { get; init; }

    public List<StoredAccessToken> AccessTokens { get; init; } = [];

    /// <summary>The key that the refresh token is bound to, as PKCS#8; null if it is not bound.</summary>
    [JsonPropertyName("dpop_key")]
    public byte[]? DPoPKey { get; init; }

    /// <summary>The leeway that the server's last answer states; null if it states none.</summary>
    public TimeSpan? Leeway { get; init; }

    public static SessionData Parse(byte[] json) =>
        JsonSerializer.Deserialize(json, SessionJson.Default.SessionData) ?? throw new InvalidDataException("A session is empty.");

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SessionJson.Default.SessionData);

    /// <summary>The session after an exchange: the new refresh token, the new access token, and those of other targets that still live.</summary>
    public SessionData After(TokenGrant grant, TokenTarget target, TimeSpan defaultLifetime)
    {
        var token = StoredAccessToken.From(grant, target, defaultLifetime);
        return new SessionData
        {
            RefreshToken = grant.RefreshToken ?? RefreshToken,
            DPoPKey = DPoPKey,
            Leeway = grant.Leeway,
            AccessTokens =
            [
                token,
                .. AccessTokens.Where(other => other.Target != target && other.ExpiresAt > grant.RequestedAt)
                    .OrderByDescending(static other => other.ObtainedAt).Take(MaxAccessTokens - 1),
            ],
        };
    }

    /// <summary>Shows no token.</summary>
    public override string ToString() => "session (redacted)";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionData))]
internal sealed partial class SessionJson : JsonSerializerContext;

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
