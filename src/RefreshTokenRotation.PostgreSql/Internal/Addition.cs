using System.Data;
using Npgsql;
using NpgsqlTypes;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>One try to add a family and to evict what is beyond the cap: a transaction of two round trips.</summary>
internal sealed class Addition(Database database, Statements sql, TokenFamily family, int activeCap, DateTimeOffset now)
{
    /// <summary>Tries.</summary>
    /// <returns>The evicted families; null if a victim changed under way. Nothing has happened then, and another try chooses again.</returns>
    public async Task<IReadOnlyList<TokenFamily>?> RunAsync(CancellationToken cancellationToken)
    {
        var connection = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);

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
                wanted = rows.GetInt64(FamilyRow.ColumnCount);
                if (FamilyRow.ReadIfAny(rows) is { } victim)
                {
                    evicted.Add(victim);
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

    private NpgsqlBatch CreateBatch(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        var grant = family.Grant;
        var names = database.Names;
        var owner = new NpgsqlBatchCommand(sql.LockOwner);
        owner.Parameters.AddTyped(
            AdvisoryLock.KeyOf(names.Schema, names.Table, grant.TenantId, grant.Subject, grant.ClientId), NpgsqlDbType.Bigint);
        var add = new NpgsqlBatchCommand(sql.Add);
        SetValues(add.Parameters, family, activeCap, now);

        var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(owner);
        batch.BatchCommands.Add(add);
        return batch;
    }

    /// <summary>The parameters of <see cref="Statements.Add"/>, in its order.</summary>
    internal static void SetValues(NpgsqlParameterCollection values, TokenFamily family, int activeCap, DateTimeOffset now)
    {
        var grant = family.Grant;
        values.AddTyped(grant.LookupKey.ToArray(), NpgsqlDbType.Bytea);
        new FamilyValues(values).Set(family);
        values.AddTyped(grant.FamilyId, NpgsqlDbType.Uuid);
        values.AddTyped(grant.CreatedAt.UtcTicks, NpgsqlDbType.Bigint);
        values.AddTyped(FamilyValues.Ticks(grant.AuthenticationTime), NpgsqlDbType.Bigint);
        values.AddTyped(grant.TenantId, NpgsqlDbType.Text);
        values.AddTyped(grant.Subject, NpgsqlDbType.Text);
        values.AddTyped(grant.ClientId, NpgsqlDbType.Text);
        values.AddTyped(grant.SessionId, NpgsqlDbType.Text);
        values.AddTyped(grant.AuthorizationId, NpgsqlDbType.Text);
        values.AddTyped(grant.SenderKeyThumbprint, NpgsqlDbType.Text);
        values.AddTyped(grant.Acr, NpgsqlDbType.Text);
        AddTexts(values, grant.Scopes);
        AddTexts(values, grant.Resources);
        AddTexts(values, grant.Amr);
        values.AddTyped(FamilyValues.Address(grant.FirstDevice), NpgsqlDbType.Text);
        values.AddTyped(grant.FirstDevice?.UserAgent, NpgsqlDbType.Text);
        values.AddTyped(grant.FirstDevice?.Name, NpgsqlDbType.Text);
        values.AddTyped(now.UtcTicks, NpgsqlDbType.Bigint);
        values.AddTyped(activeCap - 1L, NpgsqlDbType.Bigint);
    }

    private static void AddTexts(NpgsqlParameterCollection values, IReadOnlyList<string> texts) =>
        values.AddTyped<string[]?>(texts.Count == 0 ? null : [.. texts], NpgsqlDbType.Array | NpgsqlDbType.Text);
}
