using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.Benchmarks.Postgres;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Benchmarks.Capacity;

/// <summary>Many families in PostgreSQL with durable commits: what they take on the disk, what exchanges cost there, and what a month of them leaves behind.</summary>
internal static class CapacityReport
{
    private const double PageSize = 8192;

    /// <summary>Runs the report.</summary>
    /// <param name="families">Rows of the table.</param>
    /// <param name="sample">How many of them live for a month; each 500th, where it is not said.</param>
    /// <param name="days">How long the month is.</param>
    /// <param name="seconds">For how long exchanges go over the whole table.</param>
    public static async Task RunAsync(int families, int? sample, int days, int seconds)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        await using var server = await PostgresServer.StartAsync(binaries, durable: true);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var table = new FamilyTable(source, new DateTimeOffset(DateTimeOffset.UtcNow.Date, TimeSpan.Zero), families, sample ?? Math.Max(Math.Min(1000, families), families / 500));
        await using var ofStore = NpgsqlDataSource.Create($"{server.ConnectionString};Application Name={FamilyTable.Application};Maximum Pool Size=50;No Reset On Close=true");
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().UsePostgreSql(ofStore);
        await using var provider = services.BuildServiceProvider();
        var load = new FamilyLoad(provider.GetRequiredService<ITokenStore>(), table);

        var begin = Stopwatch.GetTimestamp();
        await table.FillAsync();
        var filled = Stopwatch.GetElapsedTime(begin);
        var vacuumed = await table.VacuumAsync();
        var fresh = await table.SizesAsync();
        Print($"{families:N0} families, filled in {filled.TotalMinutes:F1} min, first vacuum {vacuumed.TotalSeconds:F0} s");
        var spread = await SpreadAsync(table, ofStore, load, fresh["table"] / PageSize, seconds);
        await table.VacuumAsync();
        var before = await table.SizesAsync();
        var month = await LiveAsync(table, ofStore, load, days);
        var (bytesOfTable, bytesOfIndexes) = await PrintSizesAsync(table, fresh, before);

        // Two measurements with different shares of page images say what an exchange writes without one, and what an image takes.
        var image = Math.Max(0, (spread.Log - month.Log) / (spread.Images - month.Images));
        Console.WriteLine();
        CapacityPlan.Print(new CapacityCosts(
            bytesOfTable, bytesOfIndexes, month.Log - (month.Images * image), image, families / (fresh["table"] / PageSize), spread.Milliseconds, spread.Cpu));
        Console.WriteLine();
        var atLogIn = fresh.Values.Sum() / (double)families;
        Print($"bytes a family: {atLogIn:F0} at log-in, {bytesOfTable + bytesOfIndexes:F0} after {days} days; HOT {month.Hot:P1}; exchanges over {families:N0} families {spread.PerSecond:F0}/s");
    }

    /// <summary>Exchanges at random over the whole table, right after a checkpoint.</summary>
    private static async Task<(double PerSecond, double Milliseconds, double Cpu, double Log, double Images)> SpreadAsync(
        FamilyTable table, NpgsqlDataSource ofStore, FamilyLoad load, double pages, int seconds)
    {
        var clients = load.RandomClients();
        await Throughput.MeasureAsync(clients, Math.Max(1, seconds / 2)); // until the code is compiled for good
        var alone = await Throughput.MeasureAsync(clients[..1], Math.Max(1, seconds / 4));
        await table.SettleAsync(ofStore);
        await table.CheckpointAsync();
        var (bytes, images) = await table.LogAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        var begin = Stopwatch.GetTimestamp();
        var throughput = await Throughput.MeasureAsync(clients, seconds);
        var exchanges = throughput.PerSecond * Stopwatch.GetElapsedTime(begin).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var sessions = await table.SessionsAsync();
        await table.SettleAsync(ofStore);
        var (bytesAfter, imagesAfter) = await table.LogAsync();
        var (log, imagesEach) = ((double)(bytesAfter - bytes) / exchanges, (imagesAfter - images) / exchanges);
        Print($"one client: {alone.PerSecond:F0} exchanges/s, {1000 / alone.PerSecond:F2} ms each");
        Print($"{FamilyLoad.Clients} clients, {sessions} sessions:");
        Print($"over the whole table: {throughput.PerSecond:F0} exchanges/s, 99 % within {throughput.P99:F1} ms; {cpu.TotalMicroseconds / exchanges:F0} us of the client's processor time each");
        Print($"log {log:F0} bytes an exchange, with {imagesEach:F2} page images (by the formula {CapacityPlan.ImagesPerExchange(exchanges, pages):F2})");
        return (throughput.PerSecond, 1000 / alone.PerSecond, cpu.TotalMicroseconds / exchanges, log, imagesEach);
    }

    private static async Task<(double Log, double Images, double Hot)> LiveAsync(FamilyTable table, NpgsqlDataSource ofStore, FamilyLoad load, int days)
    {
        var (updates, hot, _) = await table.CountsAsync();
        var (log, exchanges, logIns, pruned, mostDead) = (0m, 0L, 0L, 0L, 0L);
        var images = 0L;
        var (exchanging, vacuuming) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var day = 0; day < days; day++)
        {
            var (before, imagesBefore) = await table.LogAsync();
            var begin = Stopwatch.GetTimestamp();
            var done = await load.LiveAsync(day);
            exchanging += Stopwatch.GetElapsedTime(begin);
            await table.SettleAsync(ofStore);
            var (after, imagesAfter) = await table.LogAsync();
            (log, images) = (log + after - before, images + imagesAfter - imagesBefore);
            (exchanges, logIns, pruned) = (exchanges + done.Exchanges, logIns + done.LogIns, pruned + done.Pruned);
            mostDead = Math.Max(mostDead, (await table.CountsAsync()).Dead);
            vacuuming += await table.VacuumAsync();
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} day {day + 1}"));
        }

        var (updatesAfter, hotAfter, _) = await table.CountsAsync();
        var share = (hotAfter - hot) / (double)(updatesAfter - updates);
        Print($"{days} days of {table.Sample:N0} families: {exchanges:N0} exchanges ({exchanges / exchanging.TotalSeconds:F0}/s), {logIns:N0} log-ins, {pruned:N0} pruned");
        Print($"HOT {share:P2} of {updatesAfter - updates:N0} updates; log {(double)log / exchanges:F0} bytes an exchange, with {images / (double)exchanges:F3} page images");
        Print($"before the vacuum of a day at most {mostDead:N0} dead rows ({mostDead / (double)table.Sample:P0} of the sample); a vacuum of the whole table takes {vacuuming.TotalSeconds / days:F1} s");
        return ((double)log / exchanges, images / (double)exchanges, share);
    }

    /// <summary>Prints the sizes of a row. Only the sample has written since the month began, so what has grown is its.</summary>
    private static async Task<(double Table, double Indexes)> PrintSizesAsync(FamilyTable table, Dictionary<string, long> fresh, Dictionary<string, long> before)
    {
        var grown = await table.SizesAsync();
        Console.WriteLine($"{"bytes a family",-16} {"at log-in",10} {"after the month",16} {"ratio",6}");
        var after = fresh.ToDictionary(
            static size => size.Key, size => (size.Value / (double)table.Families) + ((grown[size.Key] - before[size.Key]) / (double)table.Sample), StringComparer.Ordinal);
        foreach (var (name, bytes) in fresh.OrderByDescending(static size => size.Value))
        {
            Line(name, bytes / (double)table.Families, after[name]);
        }

        Line("all", fresh.Values.Sum() / (double)table.Families, after.Values.Sum());
        return (after["table"], after.Values.Sum() - after["table"]);

        static void Line(string name, double before, double after) => Print($"{name,-16} {before,10:F0} {after,16:F0} {after / before,6:F2}");
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
