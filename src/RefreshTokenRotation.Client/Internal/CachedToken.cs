namespace RefreshTokenRotation.Client;

/// <summary>An access token ready to be used.</summary>
internal sealed class CachedToken
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    public CachedToken(StoredAccessToken stored, RefreshTokenClientOptions options)
    {
        var lifetime = stored.ExpiresAt - stored.ObtainedAt;
        Target = stored.Target;
        Token = new SessionAccessToken(stored.Value, stored.Type, stored.Scope, stored.ObtainedAt, stored.ExpiresAt);
        Result = new TokenResult.Succeeded(Token);
        UsableUntil = stored.ExpiresAt - Min(Margin, lifetime / 10);
        RefreshAt = stored.ExpiresAt - Min(options.RefreshAhead, lifetime / 2);
    }

    public TokenTarget Target { get; }

    public SessionAccessToken Token { get; }

    public TokenResult.Succeeded Result { get; }

    /// <summary>From here on a caller waits for a new token.</summary>
    public DateTimeOffset UsableUntil { get; }

    /// <summary>From here on a new token is fetched while callers use this one.</summary>
    public DateTimeOffset RefreshAt { get; }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
