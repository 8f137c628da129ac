using System.Data;
using System.Data.Common;

namespace RefreshTokenRotation.Client;

/// <summary>Keeps sessions in PostgreSQL, shared by all nodes. Takes any data source of the driver, such as Npgsql's <c>NpgsqlDataSource</c>.</summary>
/// <remarks>
/// A lock is the advisory lock of a transaction, so it works behind a pooler too, and the end of its connection releases it. It occupies a connection while an
/// exchange runs: at most <c>maxLocks</c> at a time, so that the pool always has one for the writes. Let the pool have more than that.
/// </remarks>
public sealed class PostgreSqlTokenSessionStore : ITokenSessionStore, IDisposable
{
    /// <summary>Creates the table. Run it in your own migrations, or by <see cref="CreateTableAsync"/>.</summary>
    public const string Schema =
        """
        CREATE TABLE IF NOT EXISTS token_sessions (
            client_name text NOT NULL,
            session_id text NOT NULL,
            version uuid NOT NULL,
            data bytea NOT NULL,
            updated_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (client_name, session_id))
        """;

    private readonly DbDataSource _source;
    private readonly SemaphoreSlim _locks;

    /// <summary>Opens the store. The caller disposes of the data source.</summary>
    /// <param name="dataSource">Connects to the primary.</param>
    /// <param name="maxLocks">The connections that locks may occupy, 1 to 1,000. Default: 16.</param>
    public PostgreSqlTokenSessionStore(DbDataSource dataSource, int maxLocks = 16)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLocks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLocks, 1000);
        _source = dataSource;
        _locks = new SemaphoreSlim(maxLocks, maxLocks);
    }

    /// <summary>Creates the table if it does not exist.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the table exists.</returns>
    /// <exception cref="DbException">The database can't be reached, or rejects the statement.</exception>
    public async Task CreateTableAsync(CancellationToken cancellationToken = default)
    {
        var command = _source.CreateCommand(Schema);
        await using var ownedCommand = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<TokenSessionRecord?> LoadAsync(TokenSessionKey key, CancellationToken cancellationToken)
    {
        var command = Command("SELECT version, data FROM token_sessions WHERE client_name = @client AND session_id = @session", key);
        await using var ownedCommand = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken).ConfigureAwait(false);
        await using var ownedReader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new TokenSessionRecord(reader.GetGuid(0), (byte[])reader.GetValue(1))
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CompareAndSwapAsync(TokenSessionKey key, Guid? expectedVersion, TokenSessionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        var command = Command(
            expectedVersion is null
                ? "INSERT INTO token_sessions (client_name, session_id, version, data) VALUES (@client, @session, @version, @data) ON CONFLICT DO NOTHING"
                : """
                  UPDATE token_sessions SET version = @version, data = @data, updated_at = now()
                  WHERE client_name = @client AND session_id = @session AND version = @expected
                  """,
            key);
        await using var ownedCommand = command.ConfigureAwait(false);
        Add(command, "version", record.Version);
        Add(command, "data", record.Data.ToArray());
        if (expectedVersion is { } expected)
        {
            Add(command, "expected", expected);
        }

        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteIfUnchangedAsync(TokenSessionKey key, Guid expectedVersion, CancellationToken cancellationToken)
    {
        var command = Command("DELETE FROM token_sessions WHERE client_name = @client AND session_id = @session AND version = @expected", key);
        await using var ownedCommand = command.ConfigureAwait(false);
        Add(command, "expected", expectedVersion);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> LockAsync(TokenSessionKey key, CancellationToken cancellationToken)
    {
        await _locks.WaitAsync(cancellationToken).ConfigureAwait(false);
        DbConnection? connection = null;
        try
        {
            connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = transaction;
                command.CommandTimeout = 0; // the caller's token bounds the wait
                command.CommandText = "SELECT pg_advisory_xact_lock(hashtextextended(@client || chr(31) || @session, 7423))";
                Add(command, "client", key.ClientName);
                Add(command, "session", key.SessionId);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return new Holder(connection, _locks);
        }
        catch
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            _locks.Release();
            throw;
        }
    }

    /// <summary>Ends the store, not the data source.</summary>
    public void Dispose() => _locks.Dispose();

    private DbCommand Command(string text, TokenSessionKey key)
    {
#pragma warning disable CA2100 // constants of this file
        var command = _source.CreateCommand(text);
#pragma warning restore CA2100
        Add(command, "client", key.ClientName);
        Add(command, "session", key.SessionId);
        return command;
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    // Closing the connection rolls the transaction back, which releases the lock.
    private sealed class Holder(DbConnection connection, SemaphoreSlim locks) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                locks.Release();
            }
        }
    }
}
