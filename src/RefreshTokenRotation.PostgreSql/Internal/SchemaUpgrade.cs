using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Reads the version of the tables, and brings them to the current one.</summary>
internal static class SchemaUpgrade
{
    /// <summary>The version that the database has; 0 if there are no tables.</summary>
    public static async Task<int> ReadVersionAsync(
        NpgsqlConnection connection, TableNames names, CancellationToken cancellationToken)
    {
        using var exists = new NpgsqlCommand($"SELECT to_regclass('{names.Versions}') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            return 0;
        }

        using var version = new NpgsqlCommand($"SELECT coalesce(max(version), 0) FROM {names.Versions}", connection);
        return (int)(await version.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public static async Task ApplyAsync(
        NpgsqlDataSource dataSource, TableNames names, int target, CancellationToken cancellationToken)
    {
        var connection = await Database.ConnectAsync(Database.Primary(dataSource), cancellationToken).ConfigureAwait(false);
        await using var ownedConnection = connection.ConfigureAwait(false);
        if (await ReadVersionAsync(connection, names, cancellationToken).ConfigureAwait(false) >= target)
        {
            return;
        }

        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var ownedTransaction = transaction.ConfigureAwait(false);

        // Nodes that start together come one after the other; whoever comes later finds the work done.
        await ExecuteAsync($"SELECT pg_advisory_xact_lock({Statements.LockKey(names.Schema, "schema")})").ConfigureAwait(false);
        var version = await ReadVersionAsync(connection, names, cancellationToken).ConfigureAwait(false);
        if (version < target)
        {
            // CREATE SCHEMA IF NOT EXISTS asks for the right to create one even if it is there.
            using var exists = new NpgsqlCommand($"SELECT to_regnamespace('{names.QuotedSchema}') IS NOT NULL", connection);
            if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            {
                await ExecuteAsync($"CREATE SCHEMA {names.QuotedSchema}").ConfigureAwait(false);
            }

            await ExecuteAsync(PostgreSqlSchema.GetScript(names, version, target)).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

        async Task ExecuteAsync(string sql)
        {
            // An index on a large table takes as long as it takes, and so does the node that came first.
            using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
