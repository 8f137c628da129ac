using Npgsql;
using RefreshTokenRotation.Benchmarks.Postgres;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>The two statements of an exchange through Npgsql: a connection and a family for each client.</summary>
internal sealed class NpgsqlFloor : IAsyncDisposable
{
    private readonly List<BareClient> _clients = [];

    /// <param name="source">The database, with the tables of the hand-written store.</param>
    /// <param name="store">That store.</param>
    /// <param name="rows">Families of the floor's own; they are added.</param>
    public static async Task<NpgsqlFloor> OpenAsync(NpgsqlDataSource source, ITokenStore store, IEnumerable<TokenFamily> rows)
    {
        var floor = new NpgsqlFloor();
        var sql = new Statements(new TableNames(PostgreSqlSchema.DefaultSchemaName, PostgreSqlSchema.DefaultTableName));
        foreach (var row in rows)
        {
            await store.AddAsync(row, int.MaxValue, row.Grant.CreatedAt, CancellationToken.None);
            floor._clients.Add(await BareClient.OpenAsync(source, sql, row));
        }

        return floor;
    }

    public Task<Throughput> MeasureAsync(int seconds) =>
        Throughput.MeasureAsync([.. _clients.Select(static client => (Func<Task>)client.ExchangeAsync)], seconds);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }
    }
}
