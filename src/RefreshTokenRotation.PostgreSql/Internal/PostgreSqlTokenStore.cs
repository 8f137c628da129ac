using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
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
    private readonly CommandPool<FindCommand> _finds;
    private readonly CommandPool<SwapCommand> _swaps;

    public PostgreSqlTokenStore(Database database)
    {
        _database = database;
        _sql = new Statements(database.Names);
        _finds = new CommandPool<FindCommand>(() => new FindCommand(_sql.Find));
        _swaps = new CommandPool<SwapCommand>(() => new SwapCommand(_sql.Swap));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TokenFamily?> FindAsync(Opaque256 lookupKey, CancellationToken cancellationToken)
    {
        var connection = await _database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        var find = _finds.Take();
        find.Set(lookupKey);
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
            catch (PostgresException fault) when (Repeat.IsDue(fault, tries))
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
        var swap = _swaps.Take();
        swap.Set(family, expectedVersion);
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
            var addition = new Addition(_database, _sql, family, activeCap, now);
            if (await Repeat.WhileRolledBackAsync(addition.RunAsync, cancellationToken).ConfigureAwait(false) is { } evicted)
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
        return await Repeat.WhileRolledBackAsync(token => ReadPageAsync(query, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<long> RevokeAsync(TokenFamilyFilter filter, FamilyRevocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ExecuteAsync(
            values =>
            {
                if (revocation.Delete)
                {
                    return _sql.Delete(FamilyConditions.Of(filter, revocation.Now, values));
                }

                values.AddTyped(Math.Max(1, revocation.RevokedAt.UtcTicks), NpgsqlDbType.Bigint); // zero is none
                values.AddTyped((short)revocation.Reason, NpgsqlDbType.Smallint);
                values.AddTyped(PruneBucket.Of(revocation.RevokedAt), NpgsqlDbType.Integer);
                return _sql.Revoke(FamilyConditions.Of(filter, revocation.Now, values));
            },
            filter.FamilyId is null ? _database.RevocationTimeout : null,
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await ExecuteAsync(
            values =>
            {
                values.AddTyped(PruneBucket.Of(endedBefore), NpgsqlDbType.Integer);
                values.AddTyped(endedBefore.UtcTicks, NpgsqlDbType.Bigint);
                values.AddTyped((long)limit, NpgsqlDbType.Bigint);
                return _sql.Prune;
            },
            timeout: null,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<TokenFamily>> ReadPageAsync(TokenFamilyQuery query, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand();
        var values = command.Parameters;
        var condition = FamilyConditions.Of(query.Filter, query.Now, values);
        var place = query.After is { } after
            ? $" AND (created_at, family_id) > ({values.AddTyped(after.CreatedAt.UtcTicks, NpgsqlDbType.Bigint)}, {values.AddTyped(after.FamilyId, NpgsqlDbType.Uuid)})"
            : string.Empty;
        command.CommandText = _sql.List(condition, place, values.AddTyped((long)query.Limit, NpgsqlDbType.Bigint));

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
    private Task<int> ExecuteAsync(Func<NpgsqlParameterCollection, string> build, int? timeout, CancellationToken cancellationToken) =>
        Repeat.WhileRolledBackAsync(
            async token =>
            {
                using var command = new NpgsqlCommand();
                command.CommandText = build(command.Parameters);
                var connection = await _database.ConnectAsync(token).ConfigureAwait(false);
                await using var ownedConnection = connection.ConfigureAwait(false);
                _database.Use(command, connection);
                command.CommandTimeout = timeout ?? command.CommandTimeout;
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken);
}
