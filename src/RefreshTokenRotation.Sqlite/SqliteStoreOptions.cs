namespace RefreshTokenRotation.Sqlite;

/// <summary>The settings of the SQLite store. They are validated when the host starts.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>Where the file is: a path, or a connection string of Microsoft.Data.Sqlite (any text with a <c>=</c> in it).</summary>
    /// <value>What <c>UseSqlite</c> was given. A file on a local disk, whose folder exists; not in memory, not read-only, no shared cache, no URI.</value>
    public string DataSource { get; set; } = string.Empty;

    /// <summary>What a completed write survives.</summary>
    /// <value>Default: <see cref="SqliteDurability.Full"/>.</value>
    public SqliteDurability Durability { get; set; } = SqliteDurability.Full;

    /// <summary>For how long a call waits while another process writes or has the file locked. Beyond it the call is an outage.</summary>
    /// <value>Default: 10 s. From zero (no wait) to 10 minutes.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the file is created if it is missing, and its tables upgraded in place. Safe when several processes start together.</summary>
    /// <value>Default: true. If false, startup fails if the file is missing or out of date, and the message says what to do.</value>
    public bool CreateSchema { get; set; } = true;
}
