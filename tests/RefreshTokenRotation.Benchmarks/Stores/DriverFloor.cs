using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using RefreshTokenRotation.Benchmarks.Postgres;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>The two statements of an exchange as the framework sends them, through the bare driver: a kept connection and a family for each client, and the commands used again.</summary>
internal sealed class DriverFloor : IAsyncDisposable
{
    private readonly List<Client> _clients = [];

    /// <param name="cell">The framework's cell, whose database has the rows.</param>
    /// <param name="recorder">What its context has sent.</param>
    /// <param name="connect">Makes a connection to that database.</param>
    public static async Task<DriverFloor> OpenAsync(StoreCell cell, CommandRecorder recorder, Func<DbConnection> connect)
    {
        var floor = new DriverFloor();
        for (var number = 0; number < cell.Count; number++)
        {
            var row = await cell.AddRowAsync($"bare{number}");
            var connection = connect();
            await connection.OpenAsync();
            floor._clients.Add(new Client(connection, recorder.Find!, recorder.Swap!, row.Grant.LookupKey.ToArray(), row.Version));
        }

        return floor;
    }

    public Task<Throughput> MeasureAsync(int seconds) => Throughput.MeasureAsync([.. _clients.Select(static client => (Func<Task>)client.ExchangeAsync)], seconds);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    private sealed class Client : IAsyncDisposable
    {
        private readonly DbConnection _connection;
        private readonly DbCommand _find;
        private readonly DbCommand _swap;

        public Client(DbConnection connection, RecordedCommand find, RecordedCommand swap, byte[] key, long version)
        {
            _connection = connection;
            (_find, _swap) = (Copy(find), Copy(swap));
            _find.Parameters[0].Value = key;
            _swap.Parameters[^2].Value = key;
            _swap.Parameters[0].Value = version;
        }

        public async Task ExchangeAsync()
        {
            long version;
            await using (var reader = await _find.ExecuteReaderAsync())
            {
                await reader.ReadAsync();
                version = reader.GetInt64(reader.GetOrdinal("Version"));
            }

            _swap.Parameters[^1].Value = version;
            _swap.Parameters[0].Value = version + 1;
            if (await _swap.ExecuteNonQueryAsync() != 1)
            {
                throw new InvalidOperationException("The update met no row.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _find.DisposeAsync();
            await _swap.DisposeAsync();
            await _connection.DisposeAsync();
        }

        private DbCommand Copy(RecordedCommand command)
        {
            var copy = _connection.CreateCommand();
            copy.CommandText = command.Text;
            foreach (var (name, type, value) in command.Parameters)
            {
                var parameter = copy.CreateParameter();
                (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, type, value);
                copy.Parameters.Add(parameter);
            }

            return copy;
        }
    }
}

internal sealed record RecordedCommand(string Text, (string Name, DbType Type, object? Value)[] Parameters)
{
    public static RecordedCommand Of(DbCommand command) =>
        new(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(static parameter => (parameter.ParameterName, parameter.DbType, parameter.Value))]);
}

/// <summary>Keeps the two statements of an exchange that a context has sent.</summary>
internal sealed class CommandRecorder : DbCommandInterceptor
{
    public RecordedCommand? Find { get; private set; }

    public RecordedCommand? Swap { get; private set; }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (Find is null && command.Parameters.Count == 1 && IsOfExchange(command))
        {
            Find = RecordedCommand.Of(command);
        }

        return new(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Swap is null && IsOfExchange(command) && command.CommandText.StartsWith("UPDATE", StringComparison.Ordinal))
        {
            Swap = RecordedCommand.Of(command);
        }

        return new(result);
    }

    private static bool IsOfExchange(DbCommand command) => command.CommandText.Contains("SecretHash", StringComparison.Ordinal);
}
