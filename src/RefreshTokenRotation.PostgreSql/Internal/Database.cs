using System.Data.Common;
using System.Transactions;
using Npgsql;
using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>The data source that the store uses, and how it uses it.</summary>
internal sealed class Database : IDisposable
{
    private readonly NpgsqlDataSource? _owned;
    private readonly bool _prepare;
    private readonly int _timeout;

    private Database(NpgsqlDataSource source, NpgsqlDataSource? owned, PostgreSqlStoreOptions options)
    {
        Source = Primary(source);
        _owned = owned;

        // A multiplexed connection is shared, and nothing can be prepared on it explicitly.
        _prepare = options.PrepareStatements && !new NpgsqlConnectionStringBuilder(source.ConnectionString).Multiplexing;
        _timeout = (int)options.CommandTimeout.TotalSeconds;
        RevocationTimeout = (int)(options.RevocationTimeout?.TotalSeconds ?? 0);
        Names = new TableNames(options.SchemaName, options.TableName);
    }

    public NpgsqlDataSource Source { get; }

    public TableNames Names { get; }

    /// <summary>In seconds; zero for none.</summary>
    public int RevocationTimeout { get; }

    /// <summary>Of several servers only the primary answers with what was written last.</summary>
    public static NpgsqlDataSource Primary(NpgsqlDataSource source) =>
        source is NpgsqlMultiHostDataSource servers ? servers.WithTargetSession(TargetSessionAttributes.Primary) : source;

    /// <summary>Opens a connection that takes no part in a transaction of the caller: its rollback must not undo what was answered.</summary>
    public static async ValueTask<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Uses the host's own data source, which the host disposes.</summary>
    public static Database Use(NpgsqlDataSource source, PostgreSqlStoreOptions options) => new(source, owned: null, options);

    public static Database Open(string connectionString, PostgreSqlStoreOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (!given.ContainsKey("No Reset On Close") && !given.ContainsKey("NoResetOnClose"))
        {
            // The store changes no setting of a session, so there is nothing to reset.
            settings.NoResetOnClose = true;
        }

        settings.ApplicationName ??= "RefreshTokenRotation";
        settings.Enlist = false;

        // The driver's own commands, a commit among them, go by this one.
        settings.CommandTimeout = (int)options.CommandTimeout.TotalSeconds;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        NpgsqlDataSource source = settings.Host?.Contains(',', StringComparison.Ordinal) == true ? builder.BuildMultiHost() : builder.Build();
        return new Database(source, source, options);
    }

    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) =>
        Transaction.Current is null ? Source.OpenConnectionAsync(cancellationToken) : ConnectAsync(Source, cancellationToken);

    /// <summary>Gives a command its connection.</summary>
    public void Use(NpgsqlCommand command, NpgsqlConnection connection)
    {
        command.Connection = connection;
        command.CommandTimeout = _timeout;
    }

    /// <summary>Makes a command ready. Each connection prepares each text once, and keeps it while it is in the pool.</summary>
    public Task ReadyAsync(NpgsqlCommand command, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        Use(command, connection);
        return _prepare ? command.PrepareAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <inheritdoc cref="ReadyAsync(NpgsqlCommand, NpgsqlConnection, CancellationToken)"/>
    public Task ReadyAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        batch.Timeout = _timeout;
        return _prepare ? batch.PrepareAsync(cancellationToken) : Task.CompletedTask;
    }

    public void Dispose() => _owned?.Dispose();
}

/// <summary>Remembers whether a store was made that uses the database.</summary>
internal sealed class DatabaseInUse
{
    public Database? Value { get; set; }
}
