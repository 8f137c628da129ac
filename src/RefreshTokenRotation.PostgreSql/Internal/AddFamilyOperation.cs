using System.Data;
using Npgsql;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>One try to add a family and to evict what is beyond the cap: a transaction of two round trips.</summary>
internal sealed class AddFamilyOperation(Database database, TokenFamily family, int activeCap, DateTimeOffset now)
{
    /// <summary>Tries.</summary>
    /// <returns>The evicted families; null if a victim changed under way. Nothing has happened then, and another try chooses again.</returns>
    public async ValueTask<IReadOnlyList<TokenFamily>?> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Named, because the lock would be of no use under a stricter default: its snapshot would be older than the lock.
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var ownedTransaction = transaction.ConfigureAwait(false);
        using var batch = CreateBatch(connection, transaction);
        await database.ReadyAsync(batch, cancellationToken).ConfigureAwait(false);

        var evicted = new List<TokenFamily>();
        var wanted = 0L;
        var rows = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                wanted = rows.GetInt64(FamilyColumns.Count);
                if (!await rows.IsDBNullAsync(0, cancellationToken).ConfigureAwait(false))
                {
                    evicted.Add(FamilyRow.Read(rows));
                }
            }
        }

        if (evicted.Count < wanted)
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return evicted;
    }

    /// <summary>The owner's lock, and <see cref="Statements.Add"/>.</summary>
    public NpgsqlBatch CreateBatch(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        var grant = family.Grant;
        var names = database.Names;
        var owner = new NpgsqlBatchCommand(database.Sql.LockOwner);
        new Parameters(owner.Parameters).Bind(Statements.LockKey(names.Schema, names.Table, grant.TenantId, grant.Subject, grant.ClientId));
        var add = new NpgsqlBatchCommand(database.Sql.Add);
        Bind(new Parameters(add.Parameters), family, activeCap, now);

        var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(owner);
        batch.BatchCommands.Add(add);
        return batch;
    }

    /// <summary>Binds the values of <see cref="Statements.Add"/>.</summary>
    internal static void Bind(Parameters values, TokenFamily family, int activeCap, DateTimeOffset now) =>
        values.BindChanges(family).BindGrant(family.Grant).Bind(now.UtcTicks).Bind(activeCap - 1L);
}
