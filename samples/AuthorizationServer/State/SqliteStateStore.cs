using Microsoft.Data.Sqlite;

namespace AuthorizationServer.State;

/// <summary>State in a SQLite file of its own, through one connection: one caller at a time.</summary>
internal sealed class SqliteStateStore : IStateStore, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;

    public SqliteStateStore(string file, TimeProvider time)
    {
        _time = time;
        Reserve(file);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        // A redeemed code must stay used after a power cut, so FULL waits for the disk at each commit.
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
        Run("CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID");
        Run("CREATE INDEX IF NOT EXISTS state_ends_at ON state (ends_at)");
    }

    public ValueTask<string?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            using var command = Command("SELECT value FROM state WHERE key = $key AND ends_at > $now", ("$key", key), Now);
            return ValueTask.FromResult((string?)command.ExecuteScalar());
        }
    }

    public ValueTask<bool> AddAsync(string key, string value, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            Run("DELETE FROM state WHERE ends_at <= $now", Now);
            var added = Run(
                "INSERT INTO state (key, value, ends_at) VALUES ($key, $value, $ends_at) ON CONFLICT (key) DO NOTHING",
                ("$key", key), ("$value", value), ("$ends_at", endsAt.UtcTicks));
            transaction.Commit();
            return ValueTask.FromResult(added == 1);
        }
    }

    public ValueTask<bool> SwapAsync(string key, string expected, string value, DateTimeOffset endsAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(1 == Run(
                "UPDATE state SET value = $value, ends_at = $ends_at WHERE key = $key AND value = $expected AND ends_at > $now",
                ("$key", key), ("$expected", expected), ("$value", value), ("$ends_at", endsAt.UtcTicks), Now));
        }
    }

    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(1 == Run("DELETE FROM state WHERE key = $key AND ends_at > $now", ("$key", key), Now));
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Creates the file for its owner alone, whatever the folder, because it holds the signing key. SQLite gives the files next to it
    /// the same rights.</summary>
    private static void Reserve(string file)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(file))
        {
            using var created = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
    }

    private (string, object) Now => ("$now", _time.GetUtcNow().UtcTicks);

    private int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
