using Npgsql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Relational;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>The two statements of an exchange through Npgsql, and nothing else: one connection, kept, with both commands prepared on it.</summary>
internal sealed class BareClient : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly PooledCommand _find;
    private readonly PooledCommand _swap;
    private readonly TokenFamily _row;

    private BareClient(NpgsqlConnection connection, Statements sql, TokenFamily row)
    {
        _connection = connection;
        _find = new PooledCommand(sql.Find);
        _swap = new PooledCommand(sql.Swap);
        _find.Command.Connection = connection;
        _swap.Command.Connection = connection;
        _row = row with { Salt = row.SecretHash, LastDevice = row.Grant.FirstDevice };
    }

    public static async Task<BareClient> OpenAsync(NpgsqlDataSource source, Statements sql, TokenFamily row)
    {
        var client = new BareClient(await source.OpenConnectionAsync(), sql, row);
        client._find.Begin().Bind(row.Grant.LookupKey);
        client.BindSwap(client._row, 0);
        await client._find.Command.PrepareAsync();
        await client._swap.Command.PrepareAsync();
        return client;
    }

    public async Task ExchangeAsync()
    {
        long version;
        _find.Begin().Bind(_row.Grant.LookupKey);
        await using (var reader = await _find.Command.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            version = reader.GetInt64(0);
        }

        BindSwap(_row with { Version = version + 1 }, version);
        if (await _swap.Command.ExecuteNonQueryAsync() != 1)
        {
            throw new InvalidOperationException("The update met no row.");
        }
    }

    private void BindSwap(TokenFamily row, long version) => _swap.Begin().BindChanges(row).Bind(row.Grant.LookupKey).Bind(version);

    public async ValueTask DisposeAsync()
    {
        _find.Dispose();
        _swap.Dispose();
        await _connection.DisposeAsync();
    }
}
