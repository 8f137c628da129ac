using System.Collections.Concurrent;
using RefreshTokenRotation.Rotation;
using RefreshTokenRotation.Simulation.Calls;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.Defects;

/// <summary>
/// What a server of another design has in tables of its own: a row per token, or a note in the session. The worlds hold one row a family, so
/// it is kept in that row's metadata.
/// </summary>
internal static class SideTable
{
    public const string Prefix = "rtr_";

    private const string Key = "side table";

    /// <summary>Rows are compared by reference of their metadata, so equal texts are one instance.</summary>
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Known = new(StringComparer.Ordinal);

    private static readonly string[] Prefixes = [Prefix];

    public static PresentedToken Parse(ExchangeRequest request) => PresentedToken.Parse(request.RefreshToken, Prefixes)!;

    public static string TextOf(TokenFamily family) => family.Metadata.GetValueOrDefault(Key, "");

    public static TokenFamily WithText(TokenFamily family, string text) => family with
    {
        Metadata = Known.GetOrAdd(text, static text => new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = text }),
    };

    public static string IdOf(Opaque256 secretHash) => Convert.ToHexString(secretHash.ToArray().AsSpan(0, 8));

    public static string IdOf(PresentedToken token) => IdOf(Secrets.Hash(token.Secret));

    /// <summary>One statement of a database: it sees the row as it is now, and nothing comes between.</summary>
    /// <param name="store">The store.</param>
    /// <param name="lookupKey">The family.</param>
    /// <param name="statement">The row after it; null where its condition does not hold.</param>
    /// <returns>The row that was written; null if none was.</returns>
    public static async ValueTask<TokenFamily?> UpdateAsync(ITokenStore store, Opaque256 lookupKey, Func<TokenFamily, TokenFamily?> statement)
    {
        while (true)
        {
            var current = await store.FindAsync(lookupKey, CancellationToken.None);
            if (current is null || statement(current) is not { } next)
            {
                return null;
            }

            next = next with { Version = current.Version + 1 };
            if (await store.CompareAndSwapAsync(next, current.Version, CancellationToken.None))
            {
                return next;
            }
        }
    }

    /// <summary>Ends the family because of a reuse, and says so.</summary>
    public static async ValueTask<ExchangeResult> EndAsync(ITokenStore store, Opaque256 lookupKey, DateTimeOffset now)
    {
        await UpdateAsync(store, lookupKey, current => current.RevokedAt is null ? current.Revoke(now, RevocationReason.ReuseDetected) : null);
        return new ExchangeResult.Rejected(RejectionReason.ReuseDetected);
    }

    /// <summary>The row with a new current token, which the explorer knows it by.</summary>
    public static TokenFamily WithSuccessor(TokenFamily family, byte[] secret, DateTimeOffset now) => family with
    {
        Generation = family.Generation + 1,
        SecretHash = Secrets.Hash(secret),
        Salt = null,
        RotatedAt = now,
        LeewayUntil = null,
        RecoverUntil = null,
    };

    public static byte[] NewSecret(Stage stage)
    {
        var secret = new byte[TokenFormat.SecretLength];
        stage.Fill(secret);
        return secret;
    }

    public static ExchangeResult Answer(PresentedToken token, TokenFamily written, byte[] secret) => new ExchangeResult.Succeeded(
        ExchangeOutcome.Rotated, token.Sibling(Prefix, written.Generation, secret), new TokenFamilyInfo(written), null, [], []);
}
