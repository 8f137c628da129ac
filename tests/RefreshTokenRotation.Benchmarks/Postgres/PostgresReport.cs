using System.Globalization;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>Exchanges against the same two statements through pgbench and through bare Npgsql, in turn and in one run, with durable commits.</summary>
internal static class PostgresReport
{
    public static async Task RunAsync(bool quick, int[] numbers)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        await using var server = await PostgresServer.StartAsync(binaries, durable: true);
        await using var bench = await PostgresBench.PrepareAsync(server, maxClients: numbers.Max());
        var seconds = quick ? 1 : 4;
        var rounds = quick ? 1 : 5;

        Console.WriteLine($"{"clients",7} {"pgbench/s",10} {"npgsql/s",9} {"single/s",9} {"batched/s",10} {"single/pgbench",15} {"batched/pgbench",16} {"batched/single",15} "
            + $"{"p99 ms single",14} {"batched",8} {"single B",9} {"batched B",10}");
        var last = new List<string>();
        foreach (var clients in numbers)
        {
            var pgbench = new List<double>();
            var npgsql = new List<Throughput>();
            var single = new List<Throughput>();
            var batched = new List<Throughput>();
            await bench.RunNpgsqlAsync(clients, 1);
            await bench.RunEngineAsync(clients, 1, batches: false);
            await bench.RunEngineAsync(clients, 1, batches: true);
            for (var round = 0; round < rounds; round++)
            {
                pgbench.Add(await bench.RunPgbenchAsync(clients, seconds));
                npgsql.Add(await bench.RunNpgsqlAsync(clients, seconds));
                single.Add(await bench.RunEngineAsync(clients, seconds, batches: false));
                batched.Add(await bench.RunEngineAsync(clients, seconds, batches: true));
            }

            var toPgbench = Middle(batched.Zip(pgbench, static (x, y) => x.PerSecond / y));
            var singleToPgbench = Middle(single.Zip(pgbench, static (x, y) => x.PerSecond / y));
            var toSingle = Middle(batched.Zip(single, static (x, y) => x.PerSecond / y.PerSecond));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{clients,7} {Middle(pgbench),10:F0} {Middle(npgsql.Select(x => x.PerSecond)),9:F0} {Middle(single.Select(x => x.PerSecond)),9:F0} "
                + $"{Middle(batched.Select(x => x.PerSecond)),10:F0} {singleToPgbench,15:F2} {toPgbench,16:F2} {toSingle,15:F2} "
                + $"{Middle(single.Select(x => x.P99)),14:F2} {Middle(batched.Select(x => x.P99)),8:F2} {Middle(single.Select(x => x.Bytes)),9:F0} {Middle(batched.Select(x => x.Bytes)),10:F0}"));
            var p99 = Middle(batched.Zip(single, static (x, y) => x.P99 / y.P99));
            last.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"at {clients}: batched/pgbench {toPgbench:F2}, single/pgbench {singleToPgbench:F2}, batched/single {toSingle:F2}, their p99 {p99:F2}"));
        }

        Console.WriteLine();
        Console.WriteLine(await bench.DescribeTableAsync());
        Console.WriteLine(string.Join("; ", last));
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
