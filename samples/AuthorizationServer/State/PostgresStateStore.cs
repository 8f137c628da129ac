using Npgsql;

namespace AuthorizationServer.State;

/// <summary>State that every instance on one database shares.</summary>
internal sealed class PostgresStateStore(NpgsqlDataSource database, TimeProvider time) : IStateStore
{
    /// <summary>Creates the table. Instances that start together wait for each other, because IF NOT EXISTS alone is no lock.</summary>
    public void CreateTable()
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using var command = new NpgsqlCommand(
            """
            SELECT pg_advisory_xact_lock(7263190452);
            CREATE TABLE IF NOT EXISTS sample_state (key text PRIMARY KEY, value text NOT NULL, ends_at bigint NOT NULL);
            CREATE INDEX IF NOT EXISTS sample_state_ends_at ON sample_state (ends_at);
            """,
            connection,
            transaction);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    public async ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT value FROM sample_state WHERE key = $1 AND ends_at > $2");
        command.Parameters.Add(Text(key));
        command.Parameters.Add(Now);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask<bool> AddAsync(string key, string value, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        await using (var sweep = database.CreateCommand("DELETE FROM sample_state WHERE ends_at <= $1"))
        {
            sweep.Parameters.Add(Now);
            await sweep.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = database.CreateCommand(
            "INSERT INTO sample_state (key, value, ends_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING");
        command.Parameters.Add(Text(key));
        command.Parameters.Add(Text(value));
        command.Parameters.Add(Ticks(endsAt));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async ValueTask<bool> SwapAsync(
        string key, string expected, string value, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        // A second caller waits for the first one's row lock and then finds that the value is another.
        await using var command = database.CreateCommand(
            "UPDATE sample_state SET value = $3, ends_at = $4 WHERE key = $1 AND value = $2 AND ends_at > $5");
        command.Parameters.Add(Text(key));
        command.Parameters.Add(Text(expected));
        command.Parameters.Add(Text(value));
        command.Parameters.Add(Ticks(endsAt));
        command.Parameters.Add(Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("DELETE FROM sample_state WHERE key = $1 AND ends_at > $2");
        command.Parameters.Add(Text(key));
        command.Parameters.Add(Now);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private NpgsqlParameter<long> Now => Ticks(time.GetUtcNow());

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<long> Ticks(DateTimeOffset instant) => new() { TypedValue = instant.UtcTicks };
}
