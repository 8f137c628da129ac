namespace RefreshTokenRotation.Client;

/// <summary>The tokens of a successful answer (RFC 6749, section 5.1).</summary>
internal sealed class TokenGrant
{
    public required string AccessToken { get; init; }

    public required string TokenType { get; init; }

    public string? RefreshToken { get; init; }

    public string? Scope { get; init; }

    public string? IdToken { get; init; }

    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>How long the server goes on accepting a refresh token that it has replaced; null if it doesn't say.</summary>
    public TimeSpan? Leeway { get; init; }

    /// <summary>Just before the request left: lifetimes count from here, so that they never end too late.</summary>
    public DateTimeOffset RequestedAt { get; init; }
}
