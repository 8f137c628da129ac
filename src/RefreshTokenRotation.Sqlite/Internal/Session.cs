using SQLitePCL;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>One connection with its prepared statements, used by one thread at a time.</summary>
/// <remarks>
/// Statements go to SQLite itself: the provider's commands sleep for 150 ms at a time where a file is busy, and cut texts at a NUL.
/// </remarks>
internal sealed class Session(string connectionString, WatchedFile file) : IDisposable
{
    private readonly SqliteConnection _connection = new(connectionString);
    private readonly Dictionary<string, Statement> _kept = [];

    public sqlite3 Handle => _connection.Handle!;

    public string Path => file.Path;

    /// <summary>Whether a fault was met after which this connection is better not used again.</summary>
    public bool IsBroken { get; private set; }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Opens the file.</summary>
    /// <param name="busyTimeout">For how long a statement waits where another process has the file locked.</param>
    public void Open(TimeSpan busyTimeout)
    {
        // Without a native library everything throws, each thing something else.
        try
        {
            raw.sqlite3_libversion_number();
        }
        catch (Exception fault)
        {
            throw Faults.NoProvider(fault);
        }

        try
        {
            _connection.Open();
        }
        catch (SqliteException fault)
        {
            throw Faults.Create(Path, fault);
        }

        raw.sqlite3_busy_timeout(Handle, (int)busyTimeout.TotalMilliseconds);
    }

    /// <summary>Refuses to write where the name does not lead to the file of this connection any more.</summary>
    public void RequireFile()
    {
        if (file.FindFault() is { } fault)
        {
            FoldLogIn();
            throw fault;
        }
    }

    /// <summary>Leaves what has lost its name as a whole: every completed write goes into the file, wherever it is now. The log keeps its name, and
    /// the next process would write it over whatever file has the other one: it is emptied.</summary>
    public void FoldLogInIfFileIsGone()
    {
        if (file.FindFault() is not null)
        {
            FoldLogIn();
        }
    }

    /// <summary>A statement that is prepared once and kept.</summary>
    public Statement Keep(string sql)
    {
        if (!_kept.TryGetValue(sql, out var statement))
        {
            statement = new Statement(this, sql, isKept: true);
            _kept.Add(sql, statement);
        }

        return statement.Begin();
    }

    /// <summary>A statement for one use.</summary>
    public Statement Prepare(string sql) => new(this, sql, isKept: false);

    public int Execute(string sql) => Keep(sql).Run();

    public long Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Runs statements that are separated by semicolons.</summary>
    public void Script(string sql)
    {
        var code = raw.sqlite3_exec(Handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Fault(code);
        }
    }

    public SqliteException Fault(int code)
    {
        IsBroken |= (code & 0xFF) is not (raw.SQLITE_BUSY or raw.SQLITE_CONSTRAINT or raw.SQLITE_FULL or raw.SQLITE_TOOBIG);
        return Faults.Create(Path, code, raw.sqlite3_extended_errcode(Handle), raw.sqlite3_errmsg(Handle).utf8_to_string());
    }

    public void Dispose()
    {
        foreach (var statement in _kept.Values)
        {
            statement.End();
        }

        _connection.Dispose();
    }

    private void FoldLogIn()
    {
        try
        {
            Script("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // What stopped the call is thrown.
        }
    }
}
