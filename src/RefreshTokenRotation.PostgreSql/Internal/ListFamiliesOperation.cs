using Npgsql;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Reads a page of families. It is not prepared: its text differs from filter to filter, and so should its plan.</summary>
internal sealed class ListFamiliesOperation(Database database, TokenFamilyQuery query)
{
    public async ValueTask<IReadOnlyList<TokenFamily>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var conditions = PostgreSqlTokenStore.Conditions();
        var list = new NpgsqlBatchCommand(database.Sql.List(conditions.Page(query, conditions.Of(query.Filter, query.Now))));
        conditions.BindTo(new Parameters(list.Parameters));
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(database.Sql.Doubt));
        batch.BatchCommands.Add(list);
        database.Use(batch);

        var rows = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ownedRows = rows.ConfigureAwait(false);
        await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
        Doubt.Check(rows.GetInt32(0), database.Names.Families);
        await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var families = new List<TokenFamily>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            families.Add(FamilyRow.Read(rows));
        }

        return families;
    }
}
