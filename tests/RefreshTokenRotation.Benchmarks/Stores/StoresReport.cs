using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Redis.Tests.Support;
using RefreshTokenRotation.Sqlite;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>Exchanges of 16 clients (Redis: 32) in each store against the bare two statements through the raw driver, in turn and in one run, with durable commits.</summary>
internal static class StoresReport
{
    public static async Task RunAsync(bool quick)
    {
        // The store in memory never yields: each of its clients needs a thread, or two would have all the time.
        ThreadPool.SetMinThreads(StoreCell.Clients, StoreCell.Clients);
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        var folder = Directory.CreateTempSubdirectory("rtr-bench-").FullName;
        try
        {
            await using var server = await PostgresServer.StartAsync(binaries, durable: true);
            await RunAsync(server, folder, rounds: quick ? 1 : 9, seconds: 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(PostgresServer server, string folder, int rounds, int seconds)
    {
        // The settings that the hand-written store gives a data source of its own.
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { NoResetOnClose = true }.ConnectionString);
        await PostgreSqlSchema.ApplyAsync(source);

        await using var memory = await StoreCell.StartAsync("memory", static _ => { });
        await using var full = await StoreCell.StartAsync("SQLite, Full", builder => builder.UseSqlite(Path.Combine(folder, "full.db")));
        await using var relaxed = await StoreCell.StartAsync("SQLite, Relaxed", builder => builder.UseSqlite(
            Path.Combine(folder, "relaxed.db"), static options => options.Durability = SqliteDurability.Relaxed));
        await using var postgres = await StoreCell.StartAsync("PostgreSQL, batches", builder => builder.UsePostgreSql(source));
        await using var single = await StoreCell.StartAsync("PostgreSQL, single statements", builder => builder.UsePostgreSql(
            source, static options => options.BatchExchanges = false));
        await using var frameworks = await FrameworkCells.StartAsync(server, folder);

        await using var redisServer = await RedisServer.StartAsync("--appendfsync", "always");
        await using var redis = await StoreCell.StartAsync("Redis, 32 clients", builder => builder.UseRedis(redisServer.Address), RedisFloor.Clients);
        await using var bareRedis = await RedisFloor.OpenAsync(redisServer.Address, redis);

        // Other families than those of the engine, whose rows the floors would change behind its back.
        var rows = new List<TokenFamily>();
        for (var client = 0; client < StoreCell.Clients; client++)
        {
            rows.Add(await Workload.RowAsync(memory.Services, $"user{client}"));
        }

        using var bareFull = new SqliteFloor(Path.Combine(folder, "bare-full.db"), SqliteDurability.Full, rows);
        using var bareRelaxed = new SqliteFloor(Path.Combine(folder, "bare-relaxed.db"), SqliteDurability.Relaxed, rows);
        await using var bareNpgsql = await NpgsqlFloor.OpenAsync(source, postgres.Services.GetRequiredService<ITokenStore>(), rows);

        var (ofFull, ofRelaxed, ofNpgsql) =
            (new Series("bare SQLite, Full", bareFull.MeasureAsync), new Series("bare SQLite, Relaxed", bareRelaxed.MeasureAsync), new Series("bare Npgsql", bareNpgsql.MeasureAsync));
        var ofRedis = new Series("bare EVALSHA", bareRedis.MeasureAsync);
        Series[] all =
        [
            new(memory.Name, memory.MeasureAsync),
            ofFull,
            new(full.Name, full.MeasureAsync, ofFull),
            ofRelaxed,
            new(relaxed.Name, relaxed.MeasureAsync, ofRelaxed),
            new(postgres.Name, postgres.MeasureAsync, ofNpgsql),
            ofNpgsql,
            new(single.Name, single.MeasureAsync, ofNpgsql),
            .. frameworks.Series,
            ofRedis,
            new(redis.Name, redis.MeasureAsync, ofRedis),
        ];
        await Series.RunInTurnAsync(all, rounds, seconds);

        Console.WriteLine($"{"store",-34} {"engine/s",9} {"bare/s",8} {"engine/bare",12} {"engine B",9} {"bare B",7}");
        foreach (var store in all.Where(static series => series.Floor is not null || series.Name == "memory"))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{store.Name,-34} {store.PerSecond,9:F0} ")
                + (store.Floor is { } floor
                    ? string.Create(CultureInfo.InvariantCulture, $"{floor.PerSecond,8:F0} {store.OfFloor,12:F2} {store.Bytes,9:F0} {floor.Bytes,7:F0}")
                    : string.Create(CultureInfo.InvariantCulture, $"{"-",8} {"-",12} {store.Bytes,9:F0} {"-",7}")));
        }

        Console.WriteLine();
        Console.WriteLine(string.Join("; ", all.Where(static series => series.Floor is not null).Select(static series => string.Create(
            CultureInfo.InvariantCulture, $"{series.Name} {series.OfFloor:F2} of {series.Floor!.Name} with {series.Bytes:F0} B")).Prepend(string.Create(
                CultureInfo.InvariantCulture, $"memory {all[0].PerSecond:F0}/s with {all[0].Bytes:F0} B"))));
    }
}
