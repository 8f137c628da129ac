using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.PostgreSql;

/// <summary>The tables of the store: as scripts for a database administrator, or applied by the library.</summary>
/// <remarks>Scripts are numbered, idempotent, and only add: a node of an older version keeps working while others upgrade.</remarks>
public static class PostgreSqlSchema
{
    /// <summary>The default of <see cref="PostgreSqlStoreOptions.SchemaName"/>.</summary>
    public const string DefaultSchemaName = "public";

    /// <summary>The default of <see cref="PostgreSqlStoreOptions.TableName"/>.</summary>
    public const string DefaultTableName = "refresh_token_families";

    private static readonly string[] Scripts = ["001_families.sql", "002_policies.sql", "003_replays.sql", "004_trails.sql"];

    /// <summary>The schema version that this library needs.</summary>
    public static int CurrentVersion => Scripts.Length;

    /// <summary>The SQL that brings a database to <see cref="CurrentVersion"/>. The package holds the same scripts in its folder <c>sql</c>.</summary>
    /// <param name="schemaName">The schema; it must exist.</param>
    /// <param name="tableName">The table of the families.</param>
    /// <param name="fromVersion">The version that the database has; 0 for none.</param>
    /// <returns>The script, for <c>psql --single-transaction</c> or any other tool; empty if nothing is left to do.</returns>
    /// <exception cref="ArgumentException">An argument is out of bounds.</exception>
    public static string GetScript(string schemaName = DefaultSchemaName, string tableName = DefaultTableName, int fromVersion = 0)
    {
        StoreOptionsValidator.CheckName(schemaName, nameof(schemaName));
        StoreOptionsValidator.CheckName(tableName, nameof(tableName));
        ArgumentOutOfRangeException.ThrowIfNegative(fromVersion);
        return GetScript(new TableNames(schemaName, tableName), fromVersion, CurrentVersion);
    }

    /// <summary>Creates the tables, or upgrades them in place, in one transaction. Idempotent, and safe when many nodes call it at once.</summary>
    /// <param name="dataSource">The database. The role may need to create schemas and tables, which it does not need afterwards.</param>
    /// <param name="schemaName">The schema; it is created if it is missing.</param>
    /// <param name="tableName">The table of the families.</param>
    /// <param name="cancellationToken">Cancels the call; nothing has changed then.</param>
    /// <returns>A task that ends when the database has at least <see cref="CurrentVersion"/>.</returns>
    /// <exception cref="ArgumentException">A name is out of bounds.</exception>
    public static Task ApplyAsync(
        NpgsqlDataSource dataSource,
        string schemaName = DefaultSchemaName,
        string tableName = DefaultTableName,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        StoreOptionsValidator.CheckName(schemaName, nameof(schemaName));
        StoreOptionsValidator.CheckName(tableName, nameof(tableName));
        return SchemaUpgrade.ApplyAsync(dataSource, new TableNames(schemaName, tableName), CurrentVersion, cancellationToken);
    }

    internal static string GetScript(TableNames names, int fromVersion, int toVersion) =>
        string.Join('\n', Scripts.Take(toVersion).Skip(fromVersion).Select(name => Rename(EmbeddedText.Read(name), names)));

    /// <summary>The files are plain SQL with the default names in it.</summary>
    private static string Rename(string script, TableNames names) => script
        .Replace($"{DefaultSchemaName}.{DefaultTableName}", "\0", StringComparison.Ordinal)
        .Replace(DefaultTableName, names.Table, StringComparison.Ordinal)
        .Replace("\0", names.Families, StringComparison.Ordinal);
}
