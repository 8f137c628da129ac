using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>A server with a family of each client's own, and the four ways to exchange it. No client waits for a row of another.</summary>
internal sealed class PostgresBench : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly ServiceProvider _single;
    private readonly ServiceProvider _batched;
    private readonly NpgsqlDataSource _source;
    private readonly PgbenchScript _script;

    private PostgresBench(PostgresServer server, NpgsqlDataSource source)
    {
        _server = server;
        _source = source;
        _single = Provide(source, batches: false);
        _batched = Provide(source, batches: true);
        _script = new PgbenchScript(new Statements(Names));
    }

    private static TableNames Names { get; } = new(PostgreSqlSchema.DefaultSchemaName, PostgreSqlSchema.DefaultTableName);

    public static async Task<PostgresBench> PrepareAsync(PostgresServer server, int maxClients)
    {
        // The settings that the store gives a data source of its own.
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { NoResetOnClose = true, MinPoolSize = maxClients };
        var source = NpgsqlDataSource.Create(settings.ConnectionString);
        await PostgreSqlSchema.ApplyAsync(source);
        var bench = new PostgresBench(server, source);
        await bench.IssueAsync(bench._single, maxClients);
        return bench;
    }

    public Task<double> RunPgbenchAsync(int clients, int seconds) => _script.RunAsync(_server, clients, seconds);

    /// <summary>Each client has a connection of its own, and both commands prepared on it; it reads the version and writes the next.</summary>
    public async Task<Throughput> RunNpgsqlAsync(int clients, int seconds)
    {
        var connections = new List<BareClient>();
        try
        {
            for (var client = 0; client < clients; client++)
            {
                connections.Add(await BareClient.OpenAsync(_source, new Statements(Names), await Workload.RowAsync(_single, $"user{client}")));
            }

            return await Throughput.MeasureAsync([.. connections.Select(static x => (Func<Task>)x.ExchangeAsync)], seconds);
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Exchanges through the engine, over the store with batches or without.</summary>
    public async Task<Throughput> RunEngineAsync(int clients, int seconds, bool batches)
    {
        var provider = batches ? _batched : _single;
        var tokens = await IssueAsync(provider, clients);
        var engine = provider.GetRequiredService<IRefreshTokenService>();
        return await Throughput.MeasureAsync([.. tokens.Select(token => Workload.Client(engine, token))], seconds);
    }

    public async Task<string> DescribeTableAsync()
    {
        await using var command = _source.CreateCommand(
            $"SELECT 'updates ' || n_tup_upd || ', of them HOT ' || n_tup_hot_upd || '; table ' || pg_size_pretty(pg_table_size(relid)) || ' for ' "
            + $"|| n_live_tup || ' families' FROM pg_stat_user_tables WHERE relname = '{Names.Table}'");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Makes the families anew: what the others wrote ended those of the run before.</summary>
    private async Task<RefreshToken[]> IssueAsync(ServiceProvider provider, int clients)
    {
        var engine = provider.GetRequiredService<IRefreshTokenService>();
        var families = provider.GetRequiredService<ITokenFamilyManager>();
        var tokens = new RefreshToken[clients];
        for (var client = 0; client < clients; client++)
        {
            await families.DeleteAsync(TokenFamilyFilter.ForUser($"user{client}"));
            tokens[client] = (await engine.IssueAsync(Workload.Login($"user{client}"))).RefreshToken;
        }

        return tokens;
    }

    private static ServiceProvider Provide(NpgsqlDataSource source, bool batches)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(static options => options.DefaultPolicy = RotationPolicy.Spa)
            .UsePostgreSql(source, options => options.BatchExchanges = batches);
        return services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _single.DisposeAsync();
        await _batched.DisposeAsync();
        await _source.DisposeAsync();
    }
}
