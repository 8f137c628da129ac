using System.Diagnostics;
using System.Text.Json.Serialization;

namespace RefreshTokenRotation;

/// <summary>A refresh token of an earlier server, as an <see cref="ILegacyTokenSource"/> read it.</summary>
[DebuggerDisplay("[redacted]")]
public sealed class LegacyToken
{
    /// <summary>The token in a canonical form. Every text that the old server accepts as the same token must give the same value, and different
    /// tokens different ones: the family's lookup key and first secret are derived from it (HKDF, RFC 5869).</summary>
    /// <remarks>It must be a secret that only a holder of the token can know, of at least 128 random bits: no hash or id from the old database.</remarks>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required string CanonicalText { get; init; }

    /// <summary>What the token grants; null if it is no longer valid at the old server (expired, redeemed, revoked). A token without a grant is
    /// not adopted, but a replay of one that was adopted earlier is still detected.</summary>
    /// <remarks><see cref="IssueRequest.CreateAccessToken"/> is ignored: the exchange has its own.</remarks>
    public IssueRequest? Grant { get; init; }

    /// <summary>When the session ends at the latest at the old server. The family's absolute expiry is the earlier of this and its policy's. Default: none.</summary>
    /// <remarks>Where the old server gave each refresh a new lifetime, leave it out: else users are logged out when their last token would have expired.</remarks>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when the old server accepts the token itself; the store remembers for that long that it was taken. Set it where the token stays valid after its
    /// adoption and says when it expires. Default: <see cref="ILegacyTokenSource.Retention"/> from its adoption.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Always <c>[redacted]</c>.</summary>
    public override string ToString() => "[redacted]";
}
