using System.Runtime.CompilerServices;
using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Families in PostgreSQL. An exchange costs two statements by primary key, each a round trip and a transaction of its own.</summary>
/// <remarks>
/// Whatever locks more than one row locks in the order of the keys, after the owner's lock, if it needs that: so nothing here deadlocks.
/// Read committed is enough: every condition that counts is looked at again under the row's lock.
/// </remarks>
internal sealed class PostgreSqlTokenStore : ITokenStore
{
    private const int MaxTries = 100;

    private readonly Database _database;
    private readonly Statements _sql;
    private readonly CommandPool _finds;
    private readonly CommandPool _swaps;

    public PostgreSqlTokenStore(Database database)
    {
        _database = database;
        _sql = new Statements(database.Names);
        _finds = new CommandPool(_sql.Find);
        _swaps = new CommandPool(_sql.Swap);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        var find = _finds.Take();
        find.Begin().Bind(lookupKey);
        await _database.ReadyAsync(find.Command, connection, cancellationToken).ConfigureAwait(false);

        for (var tries = 1; ; tries++)
        {
            try
            {
                TokenFamily? family;
                var rows = await find.Command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (rows.ConfigureAwait(false))
                {
                    family = await rows.ReadAsync(cancellationToken).ConfigureAwait(false) ? FamilyRow.Read(rows) : null;
                }

                _finds.Put(find);
                return family;
            }
            catch (PostgresException fault) when (TransientRetry.IsDue(fault, tries))
            {
                // Under serializable the server may roll a read back too.
                continue;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> CompareAndSwapAsync(TokenFamily family, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
#pragma warning disable CA2000 // It goes back to the pool, or is left to the collector where a call failed.
        var swap = _swaps.Take();
#pragma warning restore CA2000
        swap.Begin().BindChanges(family).Bind(family.Grant.LookupKey).Bind(expectedVersion);
        await _database.ReadyAsync(swap.Command, connection, cancellationToken).ConfigureAwait(false);

        int changed;
        try
        {
            changed = await swap.Command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (conflict.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // Above read committed the server says so where another write came first. It has rolled back: nothing is in doubt.
            return false;
        }

        _swaps.Put(swap);
        return changed == 1;
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> AddAsync(
        TokenFamily family, int activeCap, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentOutOfRangeException.ThrowIfLessThan(activeCap, 1);
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var operation = new AddFamilyOperation(_database, _sql, family, activeCap, now);
            if (await TransientRetry.RunAsync(operation.RunAsync, cancellationToken).ConfigureAwait(false) is { } evicted)
            {
                return evicted;
            }
        }

        throw new TimeoutException("The families of one owner were rotated again and again while the oldest was to be evicted.");
    }

    public async ValueTask<IReadOnlyList<TokenFamily>> ListAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        return await TransientRetry.RunAsync(token => ReadPageAsync(query, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ExecuteAsync(
            conditions =>
            {
                if (revocation.Delete)
                {
                    return _sql.Delete(conditions.Of(filter, revocation.Now));
                }

                conditions.Add(FamilyValues.Ticks(revocation));
                conditions.Add((long)revocation.Reason);
                conditions.Add((long)PruneDay.Of(revocation.RevokedAt));
                return _sql.Revoke(conditions.Of(filter, revocation.Now));
            },
            filter.FamilyId is null ? _database.RevocationTimeout : null,
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await ExecuteAsync(
            conditions =>
            {
                conditions.Add((long)PruneDay.Of(endedBefore));
                conditions.Add(endedBefore.UtcTicks);
                conditions.Add((long)limit);
                return _sql.Prune;
            },
            timeout: null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A filter's conditions, as PostgreSQL writes them.</summary>
    internal static FamilyConditions Conditions() => new('$', "resources @> {0}");

    private async Task<IReadOnlyList<TokenFamily>> ReadPageAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        var conditions = Conditions();
        using var command = new NpgsqlCommand(_sql.List(conditions.Page(query, conditions.Of(query.Filter, query.Now))));
        conditions.BindTo(new Parameters(command.Parameters));

        var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        _database.Use(command, connection);
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedRows = rows.ConfigureAwait(false);
        var families = new List<TokenFamily>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            families.Add(FamilyRow.Read(rows));
        }

        return families;
    }

    /// <summary>One statement over many rows. It is not prepared: its text differs from filter to filter, and so should its plan.</summary>
    private Task<int> ExecuteAsync(Func<FamilyConditions, string> build, int? timeout, CancellationToken cancellationToken) =>
        TransientRetry.RunAsync(
            async token =>
            {
                var conditions = Conditions();
                using var command = new NpgsqlCommand(build(conditions));
                conditions.BindTo(new Parameters(command.Parameters));
                var connection = await _database.ConnectAsync(token).ConfigureAwait(false);
                await using var ownedConnection = connection.ConfigureAwait(false);
                _database.Use(command, connection);
                command.CommandTimeout = timeout ?? command.CommandTimeout;
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken);
}
