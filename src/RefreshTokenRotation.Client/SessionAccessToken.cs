namespace RefreshTokenRotation.Client;

/// <summary>An access token of a session. <see cref="ToString"/> never shows the token.</summary>
public sealed class SessionAccessToken
{
    private readonly string _value;

    internal SessionAccessToken(string value, string type, string? scope, DateTimeOffset obtainedAt, DateTimeOffset expiresAt)
    {
        _value = value;
        Type = type;
        Scope = scope;
        ObtainedAt = obtainedAt;
        ExpiresAt = expiresAt;
        IsDPoP = type.Equals("DPoP", StringComparison.OrdinalIgnoreCase);
        Header = $"{(IsDPoP ? "DPoP" : "Bearer")} {value}";
    }

    /// <summary>The token type as the server names it: <c>Bearer</c> or <c>DPoP</c>.</summary>
    public string Type { get; }

    /// <summary>The scope that the server granted, or null if it names none.</summary>
    public string? Scope { get; }

    /// <summary>When the token ends, by the clock of the process that got it.</summary>
    public DateTimeOffset ExpiresAt { get; }

    internal DateTimeOffset ObtainedAt { get; }

    internal bool IsDPoP { get; }

    internal string Header { get; }

    /// <summary>The token itself. Keep it out of logs.</summary>
    /// <returns>The access token.</returns>
    public string Reveal() => _value;

    /// <summary>Names the type, never the token.</summary>
    /// <returns>A text without secrets.</returns>
    public override string ToString() => $"{Type} access token (redacted)";

    internal bool HasValue(string? value) => string.Equals(_value, value, StringComparison.Ordinal);
}
