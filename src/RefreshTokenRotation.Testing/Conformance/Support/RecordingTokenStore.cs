using System.Globalization;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>Writes every call of one node down. Rows show as id, version and generation; no key, hash or salt.</summary>
internal sealed class RecordingTokenStore(ITokenStore inner, CallHistory history, string node) : ITokenStore
{
    public bool KeepsTrail => inner.KeepsTrail;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        RecordAsync(
            $"add {history.Know(family.Grant.LookupKey, Describe(family))} of {family.Grant.TenantId}/{family.Grant.Subject}/{family.Grant.ClientId}, cap {activeCap}, {Describe(now)}",
            () => inner.AddAsync(family, activeCap, now, cancellationToken),
            static evicted => evicted.Count == 0 ? "added" : $"added, evicted {Describe(evicted)}");

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        RecordAsync($"find {history.NameOf(lookupKey)}", () => inner.FindAsync(lookupKey, cancellationToken), Describe);

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        RecordAsync(
            $"swap {Describe(family)}, expecting v{expectedVersion}",
            () => inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken),
            static swapped => swapped ? "swapped" : "conflict");

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        RecordAsync(
            $"list {Describe(query.Filter)}, after {query.After?.ToString() ?? "nothing"}, limit {query.Limit}, {Describe(query.Now)}",
            () => inner.ListAsync(query, cancellationToken),
            static page => $"{page.Count} rows: {Describe(page)}");

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        RecordAsync(
            $"{(revocation.Delete ? "delete" : "revoke")} {Describe(filter)}, {Describe(revocation.Now)}",
            () => inner.RevokeAsync(filter, revocation, cancellationToken),
            static count => $"{count} rows");

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        RecordAsync(
            $"prune what ended before {Describe(endedBefore)}, limit {limit}",
            () => inner.PruneAsync(endedBefore, limit, cancellationToken),
            static count => $"{count} rows");

    private static string Describe(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture);

    private static string Describe(TokenFamily? row) => row is null
        ? "nothing"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Grant.FamilyId.ToString("N")[..8]} v{row.Version} g{row.Generation}{(row.RevokedAt is null ? string.Empty : " revoked")}");

    private static string Describe(TokenFamilyFilter filter) =>
        string.Join(", ", filter.ToString().TrimEnd('}', ' ').Split(", ").Where(static part => !part.EndsWith("= ", StringComparison.Ordinal))) + " }";

    private static string Describe(IReadOnlyList<TokenFamily> rows) =>
        string.Join(", ", rows.Take(8).Select(Describe)) + (rows.Count > 8 ? ", ..." : string.Empty);

    private ValueTask<T> RecordAsync<T>(string call, Func<ValueTask<T>> run, Func<T, string> describe) => history.RecordAsync(node, call, run, describe);
}
