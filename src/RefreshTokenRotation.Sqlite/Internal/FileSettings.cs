using SQLitePCL;

namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>The file, and how a connection to it is opened.</summary>
internal sealed class FileSettings
{
    private readonly SqliteStoreOptions _options;
    private readonly string _mayCreate;
    private readonly string _mustExist;

    public FileSettings(SqliteStoreOptions options)
    {
        _options = options;
        var settings = Parse(options.DataSource);
        File = new WatchedFile(Path.GetFullPath(settings.DataSource));
        settings.DataSource = File.Path;

        // The store has pools of its own; the provider's would keep the file open after the end.
        settings.Pooling = false;
        settings.Mode = SqliteOpenMode.ReadWrite;
        _mustExist = settings.ConnectionString;
        settings.Mode = options.CreateSchema ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite;
        _mayCreate = settings.ConnectionString;
    }

    public WatchedFile File { get; }

    public TimeSpan BusyTimeout => _options.BusyTimeout;

    /// <summary>Reads a path, or a connection string.</summary>
    /// <exception cref="ArgumentException">It is no valid connection string.</exception>
    public static SqliteConnectionStringBuilder Parse(string dataSource) => dataSource.Contains('=', StringComparison.Ordinal)
        ? new SqliteConnectionStringBuilder(dataSource)
        : new SqliteConnectionStringBuilder { DataSource = dataSource };

    public Session OpenReader() => Open(_mustExist, _options.BusyTimeout, static session => session.Script("PRAGMA query_only = 1"));

    /// <summary>The connection that writes. It waits for other processes by itself.</summary>
    /// <param name="mayCreate">Whether a missing file may be created, at the first opening. Later on, one that is gone is not replaced by an empty one.</param>
    public Session OpenWriter(bool mayCreate)
    {
        if (mayCreate && _options.CreateSchema)
        {
            File.Reserve();
        }

        return Open(mayCreate ? _mayCreate : _mustExist, TimeSpan.Zero, Prepare);
    }

    /// <summary>Makes the file ready, once it is known to be the store's, and sets what the writer needs.</summary>
    private void Prepare(Session writer)
    {
        if (raw.sqlite3_db_readonly(writer.Handle, "main") == 1)
        {
            throw Faults.ReadOnly(File.Path);
        }

        var version = SchemaUpgrade.ReadVersion(writer);
        if (version < SchemaUpgrade.CurrentVersion && !_options.CreateSchema)
        {
            throw Faults.Older(File.Path, version, SchemaUpgrade.CurrentVersion);
        }

        using (var mode = writer.Prepare("PRAGMA journal_mode = WAL"))
        {
            if (!mode.Step() || mode.Text(0) != "wal")
            {
                throw Faults.NoWriteAheadLog(File.Path, mode.Text(0));
            }
        }

        // fullfsync is for macOS, where a sync alone leaves the data in the drive's cache. A log that a long read has let grow is cut again.
        writer.Script(_options.Durability == SqliteDurability.Relaxed
            ? "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216"
            : "PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA journal_size_limit = 16777216");
        SchemaUpgrade.Apply(writer, SchemaUpgrade.CurrentVersion);
    }

    private Session Open(string connectionString, TimeSpan busyTimeout, Action<Session> prepare)
    {
        var session = new Session(connectionString, File);
        try
        {
            session.Open(busyTimeout);

            // A connection to a file other than the first one's would read another history.
            if (File.FindFault() is { } fault)
            {
                throw fault;
            }

            prepare(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
