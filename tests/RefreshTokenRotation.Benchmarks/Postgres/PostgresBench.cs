using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Internal;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>A server with a family of each client's own, and the three ways to exchange it. No client waits for a row of another.</summary>
internal sealed class PostgresBench : IAsyncDisposable
{
    private static readonly DeviceInfo Device = new()
    {
        IpAddress = "203.0.113.7",
        UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
        Name = "work laptop",
    };

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
            tokens[client] = (await engine.IssueAsync(Login(client))).RefreshToken;
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
                connections.Add(await BareClient.OpenAsync(_source, new Statements(Names), await RowAsync(client)));
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
            _tokens[client] = (await engine.IssueAsync(Login(client))).RefreshToken;
        }

        return await Throughput.MeasureAsync([.. Enumerable.Range(0, clients).Select(client => Client(engine, _tokens[client]))], seconds);
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

    private static Func<Task> Client(IRefreshTokenService engine, RefreshToken token) => async () =>
    {
        var result = await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa", Device = Device });
        token = ((ExchangeResult.Succeeded)result).RefreshToken;
    };

    private static IssueRequest Login(int client) => new()
    {
        Subject = $"user{client}",
        ClientId = "spa",
        SessionId = "2b5c7a0e4f",
        Scopes = ["openid", "profile", "offline_access"],
        Resources = ["https://api.example.com"],
        Device = Device,
        Metadata = new Dictionary<string, string> { ["region"] = "eu" },
    };

    private async Task<TokenFamily> RowAsync(int client)
    {
        var filter = TokenFamilyFilter.ForUser($"user{client}");
        var store = _provider.GetRequiredService<ITokenStore>();
        return (await store.ListAsync(new TokenFamilyQuery(filter, null, 1, DateTimeOffset.UtcNow), CancellationToken.None)).Single();
    }
}
