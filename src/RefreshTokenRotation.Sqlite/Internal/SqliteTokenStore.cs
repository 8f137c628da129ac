using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Families in one file. A find runs on the caller's thread; writes go through the one writer, many in one transaction.</summary>
internal sealed class SqliteTokenStore(Database database) : ITokenStore
{
    /// <summary>How many rows pruning deletes in one write, so that an exchange never waits for more.</summary>
    private const int PruneBatch = 100;

    /// <summary>How many rows a revocation changes in one write.</summary>
    private const int RevokeBatch = 250;

    public bool KeepsTrail => true;

    public ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken) => ValueTask.FromResult(database.Read(
        static (session, lookupKey) =>
        {
            using var find = session.Keep(Statements.Find).Bind(lookupKey);
            return find.Step() ? FamilyColumns.Read(find) : null;
        },
        lookupKey,
        cancellationToken));

    public ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        return new ValueTask<bool>(database.WriteAsync(
            session => Swap(session, Statements.Swap, family, expectedVersion) || Swap(session, Statements.SwapAndMove, family, expectedVersion),
            cancellationToken));
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        return await database.WriteAsync(session => Add(session, family, activeCap, now), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return ValueTask.FromResult<IReadOnlyList<TokenFamily>>(database.Read(
            static (session, query) =>
            {
                var conditions = Statements.Conditions();
                using var list = session.Prepare(Statements.List(conditions.Page(query, Statements.Of(conditions, query.Filter, query.Now))));
                return ReadAll(conditions.BindTo(list));
            },
            query,
            cancellationToken));
    }

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var revoked = 0L;
        TokenFamilyCursor? last = null;
        while (true)
        {
            // A write of its own, among those of others. A cursor, so that none looks at the rows of those before.
            var query = new TokenFamilyQuery(filter, last, RevokeBatch, revocation.Now);
            var page = await database.WriteAsync(session => RevokePage(session, query, revocation), cancellationToken).ConfigureAwait(false);
            revoked += page.Count;
            if (page.Count < RevokeBatch)
            {
                return revoked;
            }

            last = page.Last;
        }
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var pruned = 0;
        while (true)
        {
            var wanted = Math.Min(PruneBatch, limit - pruned);
            var deleted = await database.WriteAsync(
                session => session.Keep(Statements.Prune).Bind(PruneDay.Of(endedBefore)).Bind(endedBefore.UtcTicks).Bind(wanted).Run(),
                cancellationToken).ConfigureAwait(false);
            pruned += deleted;
            if (deleted < wanted || pruned == limit)
            {
                return pruned;
            }
        }
    }

    private static bool Swap(Session session, string sql, TokenFamily family, long expectedVersion) =>
        session.Keep(sql).BindChanges(family).Bind(family.Grant.LookupKey).Bind(expectedVersion).Run() == 1;

    /// <summary>One writer at a time: nothing changes between these statements.</summary>
    private static List<TokenFamily> Add(Session session, TokenFamily family, int activeCap, DateTimeOffset now)
    {
        using (var exists = session.Keep(Statements.Exists).Bind(family.Grant.LookupKey))
        {
            if (exists.Step())
            {
                return [];
            }
        }

        session.Keep(Statements.Insert).BindChanges(family).BindGrant(family.Grant).Run();
        var (active, ended) = CountOthers(session, family.Grant, now);
        if (ended > ITokenStore.MaxEndedPerOwner)
        {
            BindOthers(session.Keep(Statements.DeleteOldestEnded), family.Grant, now).Bind(ended - ITokenStore.KeptEndedPerOwner).Run();
        }

        var surplus = active - (activeCap - 1);
        if (surplus <= 0)
        {
            return [];
        }

        using var oldest = BindOthers(session.Keep(Statements.OldestActive), family.Grant, now).Bind(surplus);
        var victims = ReadAll(oldest);
        foreach (var victim in victims)
        {
            session.Keep(Statements.DeleteOne).Bind(victim.Grant.LookupKey).Run();
        }

        return victims;
    }

    private static (int Count, TokenFamilyCursor? Last) RevokePage(Session session, TokenFamilyQuery query, FamilyRevocation revocation)
    {
        var rows = new List<long>(RevokeBatch);
        TokenFamilyCursor? last = null;
        var conditions = Statements.Conditions();
        var page = conditions.Page(query, Statements.Of(conditions, query.Filter, query.Now));
        using (var reached = session.Prepare(Statements.Reached(revocation.Delete, page)))
        {
            conditions.BindTo(reached);
            while (reached.Step())
            {
                rows.Add(reached.Int64(0));
                last = new TokenFamilyCursor(new DateTimeOffset(reached.Int64(1), TimeSpan.Zero), reached.Guid(2));
            }
        }

        foreach (var row in rows)
        {
            var change = session.Keep(revocation.Delete ? Statements.DeleteRow : Statements.RevokeRow);
            if (!revocation.Delete)
            {
                change.Bind(FamilyValues.Ticks(revocation)).Bind((long)revocation.Reason).Bind(PruneDay.Of(revocation.RevokedAt));
            }

            change.Bind(row).Run();
        }

        return (rows.Count, last);
    }

    private static (long Active, long Ended) CountOthers(Session session, FamilyGrant owner, DateTimeOffset now)
    {
        using var count = BindOthers(session.Keep(Statements.CountOthers), owner, now);
        count.Step();
        return (count.Int64(0), count.Int64(1));
    }

    private static Statement BindOthers(Statement statement, FamilyGrant owner, DateTimeOffset now) =>
        statement.Bind(owner.TenantId).Bind(owner.Subject).Bind(owner.ClientId).Bind(owner.LookupKey).Bind(now.UtcTicks);

    private static List<TokenFamily> ReadAll(Statement rows)
    {
        var families = new List<TokenFamily>();
        while (rows.Step())
        {
            families.Add(FamilyColumns.Read(rows));
        }

        return families;
    }
}
