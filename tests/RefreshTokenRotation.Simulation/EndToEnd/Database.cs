using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Simulation.EndToEnd;

/// <summary>The database that all servers share, seen from one of them: each call takes its time there and back, may fail on either way, and is cut off by a crash.</summary>
internal sealed class Database(Server server, ITokenStore rows, Ledger ledger, Journal journal, bool mayFail) : ITokenStore
{
    private const double FaultRate = 0.0001;

    public bool KeepsTrail => true;

    public ValueTask<IReadOnlyList<TokenFamily>> AddAsync(TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken) =>
        CallAsync(async call =>
        {
            var evicted = await rows.AddAsync(family, activeCap, now, CancellationToken.None);
            ledger.Added(family, call.User);
            foreach (var old in evicted)
            {
                ledger.Find(old.Grant.LookupKey)!.IsEvicted = true;
            }

            return evicted;
        });

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) =>
        CallAsync(_ => rows.FindAsync(lookupKey, CancellationToken.None));

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken) =>
        CallAsync(async call =>
        {
            var before = await rows.FindAsync(family.Grant.LookupKey, CancellationToken.None);
            var isSwapped = await rows.CompareAndSwapAsync(family, expectedVersion, CancellationToken.None);
            if (isSwapped)
            {
                journal.Note(Happening.Committed, call.User, family.Generation);
                ledger.Committed(before, family, call.Presented);
            }

            return isSwapped;
        });

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken) =>
        CallAsync(_ => rows.ListAsync(query, CancellationToken.None));

    public ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken) =>
        CallAsync(async _ =>
        {
            var count = await rows.RevokeAsync(filter, revocation, CancellationToken.None);
            if (count > 0)
            {
                ledger.Revoked(filter.FamilyId!.Value, revocation.Reason);
            }

            return count;
        });

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nothing is pruned within a month.");

    private async ValueTask<T> CallAsync<T>(Func<Call, ValueTask<T>> work)
    {
        var call = server.Current!;
        var fault = call.Dice.NextDouble();
        await HopAsync(call);
        if (mayFail && fault < FaultRate / 2)
        {
            journal.Note(Happening.Faulted, call.User);
            throw new TimeoutException("The database did not get it.");
        }

        var result = await work(call);
        await HopAsync(call);
        if (mayFail && fault < FaultRate)
        {
            journal.Note(Happening.Faulted, call.User);
            throw new TimeoutException("The database's answer was lost.");
        }

        return result;
    }

    /// <summary>A millisecond or two, and now and then half a second.</summary>
    private async Task HopAsync(Call call)
    {
        await server.PassAsync(call.Dice.Happens(0.002) ? call.Dice.Seconds(0.05, 0.5) : call.Dice.Seconds(0.0005, 0.002));
        server.Current = call;
    }
}
