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

    /// <summary>The key of a token's row.</summary>
    /// <value>Default: Base64 of the SHA-256 of the token, a colon and <c>refresh_token</c>, as IdentityServer4 computes it.</value>
    public Func<string, string> Key { get; set; } = static token => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{token}:refresh_token")));

    /// <summary>Reads the granted scope from the column <c>Data</c>. An exception is an outage and logs nobody out.</summary>
    /// <value>Default: <c>AuthorizedScopes</c>, or the claims <c>scope</c> of <c>AccessToken</c>, of unprotected JSON.</value>
    public Func<string, IReadOnlyList<string>> ReadScopes { get; set; } = Adoption.PersistedGrantData.ReadScopes;

    /// <summary>Whether a family ends when its first token would have expired.</summary>
    /// <value>Default: true, which fits IdentityServer's absolute expiration. Set it to false for sliding expiration, which each refresh moves.</value>
    public bool KeepExpiration { get; set; } = true;
}
