using System.Security.Cryptography;
using System.Text;

namespace RefreshTokenRotation;

/// <summary>How to find refresh tokens in IdentityServer's table of persisted grants. The defaults are those of its published Entity Framework schema.</summary>
public sealed class PersistedGrantsOptions
{
    /// <summary>The table, as it is written in SQL.</summary>
    /// <value>Default: <c>"PersistedGrants"</c>, quoted.</value>
    public string Table { get; set; } = "\"PersistedGrants\"";

    /// <summary>The grant type of the rows.</summary>
    /// <value>Default: <c>refresh_token</c>.</value>
    public string GrantType { get; set; } = "refresh_token";

    /// <summary>The keys that a token's row may have. A server from version 6 on writes another form than those before; which one a token has shows at its
    /// end. Set this if your server computes keys in its own way.</summary>
    /// <value>Default: for a token that ends in <c>-1</c>, the hexadecimal forms of <see cref="HexKeys"/>; for any other, <see cref="Base64Key"/>.</value>
    public Func<string, IReadOnlyList<string>> Keys { get; set; } = static token => token.EndsWith(HexSuffix, StringComparison.Ordinal) ? HexKeys(token) : [Base64Key(token)];

    /// <summary>The key up to version 5: Base64 of the SHA-256 of the token, a colon and <c>refresh_token</c>.</summary>
    /// <param name="token">The token.</param>
    public static string Base64Key(string token) => Convert.ToBase64String(Hash(token));

    /// <summary>The keys from version 6 on: the same hash, in hexadecimal. Both cases are tried, and the token with and without its ending <c>-1</c>, because
    /// the public documentation leaves both open.</summary>
    /// <param name="token">The token.</param>
    public static IReadOnlyList<string> HexKeys(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var bare = token.EndsWith(HexSuffix, StringComparison.Ordinal) ? token[..^HexSuffix.Length] : token;
        return [.. new[] { token, bare }.Distinct(StringComparer.Ordinal).SelectMany(static text => new[] { Convert.ToHexString(Hash(text)), Convert.ToHexStringLower(Hash(text)) })];
    }

    /// <summary>Reads the granted scope from the column <c>Data</c>. An exception is an outage and logs nobody out.</summary>
    /// <value>Default: <c>AuthorizedScopes</c>, or the claims <c>scope</c> of <c>AccessToken</c>, of unprotected JSON.</value>
    public Func<string, IReadOnlyList<string>> ReadScopes { get; set; } = Adoption.PersistedGrantData.ReadScopes;

    /// <summary>Whether a family ends when its first token would have expired.</summary>
    /// <value>Default: true, which fits IdentityServer's absolute expiration. Set it to false for sliding expiration, which each refresh moves.</value>
    public bool KeepExpiration { get; set; } = true;

    private const string HexSuffix = "-1";

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes($"{token}:refresh_token"));
}
