using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MySql.Data.MySqlClient;
using Npgsql;
using RefreshTokenRotation.MariaDb.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>Entity Framework Core over each provider, and the same two statements through the provider's bare driver with the same connection string.</summary>
internal sealed class FrameworkCells : IAsyncDisposable
{
    private readonly List<StoreCell> _cells = [];
    private readonly List<DriverFloor> _floors = [];
    private readonly List<Series> _series = [];
    private MariaDbServer? _mariaDb;

    public IReadOnlyList<Series> Series => _series;

    public static async Task<FrameworkCells> StartAsync(PostgresServer server, string folder)
    {
        var cells = new FrameworkCells();
        await AddPostgresAsync("EF Core, PostgreSQL", server.ConnectionString);
        await AddPostgresAsync("EF Core, PostgreSQL, auto-prepared", $"{server.ConnectionString};Max Auto Prepare=10;No Reset On Close=true");

        // One client: SQLite has one writer at a time, and the driver waits for it in steps of 150 ms.
        var file = $"Data Source={Path.Combine(folder, "framework.db")}";
        await cells.AddAsync("EF Core, SQLite, 1 client", options => options.UseSqlite(file), () => new SqliteConnection(file), clients: 1);
        cells._mariaDb = await MariaDbServer.StartAsync(IsReadyAsync, durable: true);
        var mariaDb = $"{cells._mariaDb.ConnectionString};Database=framework;CharSet=utf8mb4;Maximum Pool Size=40";
        await cells.AddAsync("EF Core, MariaDB", options => options.UseMySQL(mariaDb), () => new MySqlConnection(mariaDb));
        return cells;

        Task AddPostgresAsync(string name, string connectionString) =>
            cells.AddAsync(name, options => options.UseNpgsql(connectionString), () => new NpgsqlConnection(connectionString));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var floor in _floors)
        {
            await floor.DisposeAsync();
        }

        foreach (var cell in _cells)
        {
            await cell.DisposeAsync();
        }

        if (_mariaDb is not null)
        {
            await _mariaDb.DisposeAsync();
        }
    }

    /// <summary>Creates the database too: the framework would create it with a collation that ignores case.</summary>
    private static async Task<bool> IsReadyAsync(string connectionString)
    {
        try
        {
            await using var connection = new MySqlConnection($"{connectionString};Pooling=false");
            await connection.OpenAsync();
            await using var create = new MySqlCommand("CREATE DATABASE IF NOT EXISTS framework CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin", connection);
            await create.ExecuteNonQueryAsync();
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    private async Task AddAsync(string name, Action<DbContextOptionsBuilder> useProvider, Func<DbConnection> connect, int clients = StoreCell.Clients)
    {
        var recorder = new CommandRecorder();
        await using (var recorded = await StoreCell.StartAsync(name, Use(recorder), clients: 1))
        {
            await recorded.ExchangeOnceAsync();
        }

        var cell = await StoreCell.StartAsync(name, Use(), clients);
        _cells.Add(cell);
        var floor = await DriverFloor.OpenAsync(cell, recorder, connect);
        _floors.Add(floor);
        var bare = new Series("the driver alone", floor.MeasureAsync);
        _series.Add(bare);
        _series.Add(new Series(name, cell.MeasureAsync, bare));

        Action<RefreshTokenRotationBuilder> Use(params IInterceptor[] interceptors) => builder => builder.UseEntityFrameworkCore(
            options =>
            {
                useProvider(options);
                options.AddInterceptors(interceptors);
            },
            static options => options.CreateSchema = true);
    }
}
