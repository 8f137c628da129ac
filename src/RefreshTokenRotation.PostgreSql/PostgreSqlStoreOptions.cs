namespace RefreshTokenRotation.PostgreSql;

/// <summary>The settings of the PostgreSQL store. They are validated when the host starts.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>The schema that holds the tables.</summary>
    /// <value>Default: <c>public</c>. 1 to 40 characters of <c>a-z0-9_</c>, the first no digit.</value>
    public string SchemaName { get; set; } = PostgreSqlSchema.DefaultSchemaName;

    /// <summary>The table of the families. The names of the other tables and of the indexes begin with it.</summary>
    /// <value>Default: <c>refresh_token_families</c>. 1 to 40 characters of <c>a-z0-9_</c>, the first no digit.</value>
    public string TableName { get; set; } = PostgreSqlSchema.DefaultTableName;

    /// <summary>Whether the host creates or upgrades the tables at startup; without a host, the first call does. Safe when many nodes start together.</summary>
    /// <value>Default: false: startup fails if they are missing or out of date, and the message says what to do.</value>
    public bool CreateSchema { get; set; }

    /// <summary>How long a node may miss a run-time policy change of another node. Its own changes apply at once.</summary>
    /// <value>Default: 5 s. From zero (every exchange asks the database) to 5 minutes.</value>
    public TimeSpan PolicyCacheTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may take. Beyond it the call is an outage and its outcome is looked up.</summary>
    /// <value>Default: 10 s. From 1 s to 1 hour, in whole seconds. Set it longer than a synchronous standby may be away: see docs/postgresql.md.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a revocation or deletion of many families (of a user, a client, a tenant) may take. It works in batches, and begins none after this time:
    /// the call is then an outage; what is done stays done, and the same call again does the rest.</summary>
    /// <value>Default: null, as long as it takes. From 1 s to 1 day, in whole seconds.</value>
    public TimeSpan? RevocationTimeout { get; set; }

    /// <summary>Whether statements are prepared, once per connection. Switch it off behind a pooler that can't keep prepared statements.</summary>
    /// <value>Default: true.</value>
    public bool PrepareStatements { get; set; } = true;

    /// <summary>Whether exchanges that arrive while others are under way share the next statement: many of them in one round trip and one commit. An exchange
    /// that arrives alone is not delayed. Where several meet, one may wait for the statement before it, for about 10 ms at most. Each has its own outcome.</summary>
    /// <value>Default: true.</value>
    public bool BatchExchanges { get; set; } = true;
}
