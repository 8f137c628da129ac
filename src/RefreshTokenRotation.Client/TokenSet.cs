namespace RefreshTokenRotation.Client;

/// <summary>Tokens that a host obtained by its own log-in, to start a session with.</summary>
public sealed class TokenSet
{
    /// <summary>The refresh token.</summary>
    public required string RefreshToken { get; init; }

    /// <summary>The access token of the log-in; null gets one by the first exchange.</summary>
    public string? AccessToken { get; init; }

    /// <summary>The type of the access token. Default: <c>Bearer</c>.</summary>
    public string TokenType { get; init; } = "Bearer";

    /// <summary>The lifetime of the access token from now on. Default: null, which means <see cref="RefreshTokenClientOptions.DefaultLifetime"/>.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>The granted scope, or null.</summary>
    public string? Scope { get; init; }

    /// <summary>The P-256 key that the refresh token is bound to (RFC 9449), as PKCS#8; null if it is not bound.</summary>
    public ReadOnlyMemory<byte>? DPoPKey { get; init; }

    /// <summary>Shows no token.</summary>
    /// <returns>A text without secrets.</returns>
    public override string ToString() => "token set (redacted)";
}
