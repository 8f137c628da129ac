namespace RefreshTokenRotation;

/// <summary>What the host's signer produced for one answer. A secret: <c>ToString()</c> shows no part of it.</summary>
public sealed class AccessToken
{
    /// <summary>The access token (RFC 6749 section 5.1, <c>access_token</c>).</summary>
    public required string Value { get; init; }

    /// <summary>How long it lives (<c>expires_in</c>).</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>How it is presented (<c>token_type</c>). Default: <c>Bearer</c>.</summary>
    public string TokenType { get; init; } = "Bearer";

    /// <summary>The ID token (<c>id_token</c>), where the grant holds <c>openid</c>. Default: none.</summary>
    public string? IdToken { get; init; }

    /// <summary>Always <c>[redacted]</c>.</summary>
    /// <returns>A text without any part of the token.</returns>
    public override string ToString() => "[redacted]";
}
