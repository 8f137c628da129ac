using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>A server with a family of each client's own, and the three ways to exchange it. No client waits for a row of another.</summary>
internal sealed class PostgresBench : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly ServiceProvider _provider;
    private readonly RefreshToken[] _tokens;
    private readonly NpgsqlDataSource _source;
    private readonly PgbenchScript _script;

    private PostgresBench(PostgresServer server, ServiceProvider provider, NpgsqlDataSource source, RefreshToken[] tokens)
    {
        _server = server;
        _provider = provider;
        _source = source;
        _tokens = tokens;
        _script = new PgbenchScript(new Statements(Names));
    }

    private static TableNames Names { get; } = new(PostgreSqlSchema.DefaultSchemaName, PostgreSqlSchema.DefaultTableName);

    public static async Task<PostgresBench> PrepareAsync(PostgresServer server, int maxClients)
    {
        // The settings that the store gives a data source of its own.
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { NoResetOnClose = true, MinPoolSize = maxClients };
        var source = NpgsqlDataSource.Create(settings.ConnectionString);
        await PostgreSqlSchema.ApplyAsync(source);
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation(options => options.DefaultPolicy = RotationPolicy.Spa).UsePostgreSql(source);
        var provider = services.BuildServiceProvider();
        var engine = provider.GetRequiredService<IRefreshTokenService>();
        var tokens = new RefreshToken[maxClients];
        for (var client = 0; client < maxClients; client++)
        {
            tokens[client] = (await engine.IssueAsync(Workload.Login($"user{client}"))).RefreshToken;
        }

        return new PostgresBench(server, provider, source, tokens);
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
                connections.Add(await BareClient.OpenAsync(_source, new Statements(Names), await Workload.RowAsync(_provider, $"user{client}")));
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

    public async Task<Throughput> RunEngineAsync(int clients, int seconds)
    {
        // What the other two wrote ended the families of the run before.
        var engine = _provider.GetRequiredService<IRefreshTokenService>();
        var families = _provider.GetRequiredService<ITokenFamilyManager>();
        for (var client = 0; client < clients; client++)
        {
            await families.DeleteAsync(TokenFamilyFilter.ForUser($"user{client}"));
            _tokens[client] = (await engine.IssueAsync(Workload.Login($"user{client}"))).RefreshToken;
        }

        return await Throughput.MeasureAsync([.. Enumerable.Range(0, clients).Select(client => Workload.Client(engine, _tokens[client]))], seconds);
    }

    public async Task<string> DescribeTableAsync()
    {
        await using var command = _source.CreateCommand(
            $"SELECT 'updates ' || n_tup_upd || ', of them HOT ' || n_tup_hot_upd || '; table ' || pg_size_pretty(pg_table_size(relid)) || ' for ' "
            + $"|| n_live_tup || ' families' FROM pg_stat_user_tables WHERE relname = '{Names.Table}'");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _source.DisposeAsync();
    }
}
