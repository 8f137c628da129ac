using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>Deletes what a query finds, without the change tracker.</summary>
/// <remarks>MySql.EntityFrameworkCore gives the table of a DELETE an alias, which MariaDB takes from version 11.6 on. There each row that the query finds goes by its key,
/// if it is still as it was found; and the query decides again.</remarks>
internal static class RowDeletes
{
    public static Task<int> DeleteAsync(this IQueryable<FamilyRow> rows, DbContext context, CancellationToken cancellationToken) =>
        rows.DeleteAsync<FamilyRow, long>(context, nameof(FamilyRow.LookupKey), nameof(FamilyRow.Version), cancellationToken);

    public static Task<int> DeleteAsync(this IQueryable<PolicyRow> rows, DbContext context, CancellationToken cancellationToken) =>
        rows.DeleteAsync<PolicyRow, string>(context, nameof(PolicyRow.Key), nameof(PolicyRow.Policy), cancellationToken);

    public static Task<int> DeleteAsync(this IQueryable<ReplayRow> rows, DbContext context, CancellationToken cancellationToken) =>
        rows.DeleteAsync<ReplayRow, long>(context, nameof(ReplayRow.Key), nameof(ReplayRow.ExpiresAt), cancellationToken);

    private static async Task<int> DeleteAsync<TRow, TState>(
        this IQueryable<TRow> rows, DbContext context, string key, string state, CancellationToken cancellationToken)
        where TRow : class
        where TState : notnull
    {
        if (context.Database.ProviderName != "MySql.EntityFrameworkCore")
        {
            return await rows.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        var table = context.Model.FindEntityType(typeof(TRow))!.GetTableMappings().Single();
        var sql = context.GetService<ISqlGenerationHelper>();
        var delete = $"DELETE FROM {sql.DelimitIdentifier(table.Table.Name, table.Table.Schema)} WHERE {Name(key)} = {{0}} AND {Name(state)} = {{1}}";
        for (var count = 0; ;)
        {
            var found = await rows.Select(row => new { Key = EF.Property<byte[]>(row, key), State = EF.Property<TState>(row, state) })
                .ToListAsync(cancellationToken).ConfigureAwait(false);
            if (found.Count == 0)
            {
                return count;
            }

            foreach (var row in found)
            {
                count += await context.Database.ExecuteSqlRawAsync(delete, [row.Key, row.State], cancellationToken).ConfigureAwait(false);
            }
        }

        string Name(string property) => sql.DelimitIdentifier(table.ColumnMappings.Single(column => column.Property.Name == property).Column.Name);
    }
}
