using Npgsql;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Holds every statement on the families until it opens, so that calls gather meanwhile.</summary>
internal sealed class TableGate : IAsyncDisposable
{
    private readonly TestSchema _schema;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private TableGate(TestSchema schema, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _schema = schema;
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>Closes the gate.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="first">A statement before, whose locks stay when the gate opens, and go when it is disposed.</param>
    /// <param name="mode">What the gate locks the table in: reads pass one in SHARE mode.</param>
    public static async Task<TableGate> CloseAsync(TestSchema schema, string first = "SELECT 1", string mode = "ACCESS EXCLUSIVE")
    {
        var connection = await schema.Source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"{first}; SAVEPOINT open; LOCK TABLE {schema.Table} IN {mode} MODE", connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        return new TableGate(schema, connection, transaction);
    }

    /// <summary>Waits until so many sessions wait at the gate.</summary>
    public Task WaitForAsync(int statements) =>
        Eventually.HoldsAsync(async () => await CountAsync() == statements, $"{statements} statements wait at the gate");

    public Task<long> CountAsync() => _schema.ScalarAsync<long>(
        $"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND position('{_schema.Name}' in query) > 0 AND pid <> pg_backend_pid()");

    /// <summary>How many of them are statements for several swaps. Their text is cut, so its beginning must do.</summary>
    public Task<long> CountBatchesAsync() => _schema.ScalarAsync<long>(
        $"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND position('{_schema.Name}' in query) > 0 AND query LIKE 'UPDATE % f SET%'");

    /// <summary>Ends the sessions that wait at the gate.</summary>
    public Task CutAsync() => _schema.ExecuteAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND position('{_schema.Name}' in query) > 0 AND pid <> pg_backend_pid()");

    public Task OpenAsync() => _transaction.RollbackAsync("open");

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
