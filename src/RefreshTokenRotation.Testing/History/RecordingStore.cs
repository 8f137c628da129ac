namespace RefreshTokenRotation.Testing.History;

/// <summary>Reports each call before it begins and when it has ended.</summary>
internal sealed class RecordingStore(ITokenStore inner, Action<HistoryLine> write) : ITokenStore
{
    private long _count;

    public bool KeepsTrail => inner.KeepsTrail;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) => RecordAsync(
        line => line with { Call = StoreCall.Add, Row = HistoryLine.Write(family), Instant = now },
        () => inner.AddAsync(family, activeCap, now, cancellationToken),
        static (line, evicted) => line with { Rows = [.. evicted.Select(HistoryLine.Write)] });

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => RecordAsync(
        line => line with { Call = StoreCall.Find, Key = Convert.ToHexStringLower(HistoryLine.Hash(lookupKey).ToArray()) },
        () => inner.FindAsync(lookupKey, cancellationToken),
        static (line, row) => line with { Rows = row is null ? [] : [HistoryLine.Write(row)] });

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) => RecordAsync(
        line => line with { Call = StoreCall.CompareAndSwap, Row = HistoryLine.Write(family), ExpectedVersion = expectedVersion },
        () => inner.CompareAndSwapAsync(family, expectedVersion, cancellationToken),
        static (line, swapped) => line with { Swapped = swapped });

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) => RecordAsync(
        line => line with { Call = StoreCall.List, Filter = query.Filter, FirstPage = query.After is null ? query.Limit : null },
        () => inner.ListAsync(query, cancellationToken),
        static (line, rows) => line with { Rows = [.. rows.Select(HistoryLine.Write)] });

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) => RecordAsync(
        line => line with { Call = StoreCall.Revoke, Filter = filter, Revocation = revocation },
        () => inner.RevokeAsync(filter, revocation, cancellationToken),
        static (line, _) => line);

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => RecordAsync(
        line => line with { Call = StoreCall.Prune, Instant = endedBefore },
        () => inner.PruneAsync(endedBefore, limit, cancellationToken),
        static (line, _) => line);

    private async ValueTask<T> RecordAsync<T>(Func<HistoryLine, HistoryLine> begin, Func<ValueTask<T>> call, Func<HistoryLine, T, HistoryLine> end)
    {
        var number = Interlocked.Increment(ref _count);
        write(begin(Line(number)));
        try
        {
            var answer = await call().ConfigureAwait(false);

            // The place in time comes first: what is written behind it only makes the call look longer.
            write(end(Line(number), answer));
            return answer;
        }
        catch (Exception exception)
        {
            write(Line(number) with { Failure = exception.GetType().Name });
            throw;
        }
    }

    private static HistoryLine Line(long number) => new() { Number = number, At = TimeProvider.System.GetTimestamp() };
}
