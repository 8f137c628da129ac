using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Transactions;
using Npgsql;
using RefreshTokenRotation.Relational;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>The data source that the store uses, and how it uses it.</summary>
internal sealed class Database : IDisposable
{
    /// <summary>A pool of the store's own is emptied as a whole; in the host's, each try discards one session.</summary>
    private const int MaxTries = 2;
    private const int MaxSharedTries = 3;

    private readonly NpgsqlDataSource? _owned;
    private readonly int _timeout;
    private readonly ReadOnlyServer _readOnly;
    private readonly SemaphoreSlim _creating = new(1);
    private volatile bool _isCreated;

    private Database(NpgsqlDataSource source, NpgsqlDataSource? owned, PostgreSqlStoreOptions options, TimeProvider time)
    {
        _readOnly = new ReadOnlyServer(time);
        Source = Primary(source);
        _owned = owned;

        // A multiplexed connection is shared, and nothing can be prepared on it explicitly.
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        Prepares = options.PrepareStatements && !settings.Multiplexing;
        Batches = options.BatchExchanges;
        MaxConnections = settings.Pooling ? settings.MaxPoolSize : int.MaxValue;
        Role = settings.Username;
        _timeout = (int)options.CommandTimeout.TotalSeconds;
        _isCreated = !options.CreateSchema;
        RevocationTimeout = options.RevocationTimeout;
        Names = new TableNames(options.SchemaName, options.TableName);
        Sql = new Statements(Names);
    }

    public NpgsqlDataSource Source { get; }

    public TableNames Names { get; }

    public Statements Sql { get; }

    public TimeSpan? RevocationTimeout { get; }

    /// <summary>Whether each connection prepares what an exchange needs.</summary>
    public bool Prepares { get; }

    /// <summary>Whether calls that wait go together.</summary>
    public bool Batches { get; }

    public int MaxConnections { get; }

    public string? Role { get; }

    /// <summary>Of several servers, only the primary returns what was written last.</summary>
    public static NpgsqlDataSource Primary(NpgsqlDataSource source) =>
        source is NpgsqlMultiHostDataSource servers ? servers.WithTargetSession(TargetSessionAttributes.Primary) : source;

    /// <summary>Opens a connection outside any transaction of the caller: its rollback must not undo what was reported as done.</summary>
    public static async ValueTask<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Uses the host's own data source, which the host disposes.</summary>
    public static Database Use(NpgsqlDataSource source, PostgreSqlStoreOptions options, TimeProvider time) => new(source, owned: null, options, time);

    public static Database Open(string connectionString, PostgreSqlStoreOptions options, TimeProvider time)
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
        return new Database(source, source, options, time);
    }

    /// <summary>Runs a call on a session of the primary that may write. One that an address led elsewhere, or that was opened while the server was read
    /// only, is discarded, and the call repeated on another: it has written nothing.</summary>
    /// <remarks>The server says by itself what a session is good for: in the answer to each read (<see cref="Statements.Doubt"/>), and by refusing each write.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TResult> RunAsync<TState, TResult>(
        Func<TState, NpgsqlConnection, CancellationToken, ValueTask<TResult>> run, TState state, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            await using var ownedConnection = connection.ConfigureAwait(false);
            try
            {
                return await run(state, connection, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException fault) when (ReadOnlyServer.Refused(fault) && _readOnly.IsWorthAnotherTry)
            {
                await DiscardAsync(connection, cancellationToken).ConfigureAwait(false);
                if (tries >= (_owned is null ? MaxSharedTries : MaxTries))
                {
                    _readOnly.GiveUp();
                    throw;
                }
            }
        }
    }

    /// <summary>Opens a connection, and creates the tables before the first one where no start of a host has done so.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken) =>
        _isCreated && Transaction.Current is null ? Source.OpenConnectionAsync(cancellationToken) : PrepareAndConnectAsync(cancellationToken);

    /// <summary>Creates or upgrades the tables once, where the options ask for it.</summary>
    public async ValueTask CreateSchemaAsync(CancellationToken cancellationToken)
    {
        if (_isCreated)
        {
            return;
        }

        await _creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isCreated)
            {
                await SchemaUpgrade.ApplyAsync(Source, Names, PostgreSqlSchema.CurrentVersion, cancellationToken).ConfigureAwait(false);
                _isCreated = true;
            }
        }
        catch (Exception fault) when (StartFault.Explain(fault, this, creating: true) is { } explanation)
        {
            throw new InvalidOperationException(explanation, fault);
        }
        finally
        {
            _creating.Release();
        }
    }

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
        return Prepares ? command.PrepareAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <inheritdoc cref="Use(NpgsqlCommand, NpgsqlConnection)"/>
    public void Use(NpgsqlBatch batch) => batch.Timeout = _timeout;

    /// <inheritdoc cref="ReadyAsync(NpgsqlCommand, NpgsqlConnection, CancellationToken)"/>
    public Task ReadyAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        Use(batch);
        return Prepares ? batch.PrepareAsync(cancellationToken) : Task.CompletedTask;
    }

    public void Dispose()
    {
        _owned?.Dispose();
        _creating.Dispose();
    }

    private async ValueTask<NpgsqlConnection> PrepareAndConnectAsync(CancellationToken cancellationToken)
    {
        using var suppressed = SuppressedTransaction.Enter();
        await CreateSchemaAsync(cancellationToken).ConfigureAwait(false);
        return await Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a session that goes to the wrong server. Those that the host uses for its own work are left alone where that can be.</summary>
    private async ValueTask DiscardAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            // The driver can discard a pool, and no single session; a pooler in between would keep it. The server can end it, and its end breaks both.
            using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pg_backend_pid())");
            Use(end, connection);
            await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // That is the end, or the role may not end a session, not even its own.
        }

        if (_owned is not null || connection.State == ConnectionState.Open)
        {
            Source.Clear();
        }
    }
}
