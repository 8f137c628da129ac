using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Families in one file. A find runs on the caller's thread; writes go through the one writer, many in one transaction.</summary>
internal sealed class SqliteTokenStore(Database database) : ITokenStore
{
    /// <summary>How many rows pruning deletes in one write, so that an exchange never waits for more.</summary>
    private const int PruneBatch = 100;

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
        return await database.WriteAsync(
            session =>
            {
                var conditions = Statements.Conditions();
                if (!revocation.Delete)
                {
                    conditions.Add(FamilyValues.Ticks(revocation));
                    conditions.Add((long)revocation.Reason);
                    conditions.Add((long)PruneDay.Of(revocation.RevokedAt));
                }

                var condition = Statements.Of(conditions, filter, revocation.Now);
                using var statement = session.Prepare(revocation.Delete ? Statements.Delete(condition) : Statements.Revoke(condition));
                return (long)conditions.BindTo(statement).Run();
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var pruned = 0;
        while (true)
        {
            var wanted = Math.Min(PruneBatch, limit - pruned);
            var deleted = await database.WriteAsync(
                session =>
                {
                    using var prune = session.Keep(Statements.Prune).Bind(PruneDay.Of(endedBefore)).Bind(endedBefore.UtcTicks).Bind(wanted);
                    return prune.Run();
                },
                cancellationToken).ConfigureAwait(false);
            pruned += deleted;
            if (deleted < wanted || pruned == limit)
            {
                return pruned;
            }
        }
    }

    private static bool Swap(Session session, string sql, TokenFamily family, long expectedVersion)
    {
        using var swap = session.Keep(sql).BindChanges(family).Bind(family.Grant.LookupKey).Bind(expectedVersion);
        return swap.Run() == 1;
    }

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

        using (var insert = session.Keep(Statements.Insert).BindChanges(family).BindGrant(family.Grant))
        {
            insert.Run();
        }

        var surplus = CountOthers(session, family.Grant, now) - (activeCap - 1);
        if (surplus <= 0)
        {
            return [];
        }

        using var oldest = BindOthers(session.Keep(Statements.OldestOthers), family.Grant, now).Bind(surplus);
        var victims = ReadAll(oldest);
        foreach (var victim in victims)
        {
            using var delete = session.Keep(Statements.DeleteOne).Bind(victim.Grant.LookupKey);
            delete.Run();
        }

        return victims;
    }

    private static long CountOthers(Session session, FamilyGrant owner, DateTimeOffset now)
    {
        using var count = BindOthers(session.Keep(Statements.CountOthers), owner, now);
        count.Step();
        return count.Int64(0);
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
