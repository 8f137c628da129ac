using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RefreshTokenRotation.EntityFrameworkCore;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Torture.Faults;
using RefreshTokenRotation.Torture.Nodes;

namespace RefreshTokenRotation.Torture.Setups;

/// <summary>One PostgreSQL server, which may be killed and stopped, and a proxy before each node.</summary>
internal sealed class PostgresSetup(string name, string kind = "PostgreSql", string? synchronousCommit = null) : Setup
{
    private readonly List<CuttingProxy> _proxies = [];
    private PostgresServer? _server;
    private PgBouncer? _pooler;

    public override string Name => name;

    /// <summary>Whether PgBouncer stands between the proxies and the server.</summary>
    public bool IsPooled { get; init; }

    /// <summary>Only this fault of the server, where a sabotage needs it.</summary>
    public bool OnlyKills { get; init; }

    private PostgresServer Server => _server!;

    public override IReadOnlyList<Fault> Faults =>
    [
        new("server", "server killed", async _ =>
        {
            await Server.KillHardAsync();
            return () => Server.StartAsync();
        }),
        .. OnlyKills ? [] : LinkFaults.For(_proxies).Append(new Fault("server", "server stopped", async _ =>
        {
            await Server.SignalAsync("STOP");
            return () => Server.SignalAsync("CONT");
        })),
    ];

    public override async Task StartAsync()
    {
        _server = await PostgresServer.StartAsync(await BinariesAsync());

        // While commits are durable: only what the nodes write may get lost.
        await PostgresSchema.CreateAsync(Server.ConnectionString, kind);
        if (synchronousCommit is not null)
        {
            await Server.SetAsync("synchronous_commit", synchronousCommit);
            await Server.SetAsync("wal_writer_delay", "10s");
        }

        _pooler = IsPooled ? await PgBouncer.StartAsync(Server.Port, "transaction") : null;
        for (var place = 0; place < Nodes; place++)
        {
            _proxies.Add(new CuttingProxy("127.0.0.1", _pooler?.Port ?? Server.Port));
        }
    }

    public override StoreAddress AddressOf(int place) => new(kind, PostgresSchema.AddressOf(_proxies[place].Port, IsPooled));

    public static async Task<string> BinariesAsync() =>
        await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("PostgreSQL is not installed: ./test.sh installs it on Debian and Ubuntu.");

    public override async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }

        if (_pooler is not null)
        {
            await _pooler.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

/// <summary>The tables, and how a node reaches them.</summary>
internal static class PostgresSchema
{
    public static string AddressOf(int port, bool isPooled = false) => string.Create(
        CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Timeout=5;Maximum Pool Size=12;GSS Encryption Mode=Disable{(isPooled ? ";No Reset On Close=true" : string.Empty)}");

    public static async Task CreateAsync(string connection, string kind)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        if (kind == "PostgreSql")
        {
            await PostgreSqlSchema.ApplyAsync(source);
            return;
        }

        var options = new DbContextOptionsBuilder<RefreshTokenRotationDbContext>().UseNpgsql(source).Options;
        await using var context = new RefreshTokenRotationDbContext(options);
        await using var command = source.CreateCommand(context.Database.GenerateCreateScript());
        await command.ExecuteNonQueryAsync();
    }
}
