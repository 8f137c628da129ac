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

        Console.WriteLine($"{"clients",7} {"pgbench/s",10} {"npgsql/s",10} {"engine/s",10} {"engine/npgsql",14} {"engine/pgbench",15} {"npgsql B",9} {"engine B",9}");
        var at16 = string.Empty;
        foreach (var clients in numbers)
        {
            var pgbench = new List<double>();
            var npgsql = new List<Throughput>();
            var engine = new List<Throughput>();
            await bench.RunNpgsqlAsync(clients, 1);
            await bench.RunEngineAsync(clients, 1);
            for (var round = 0; round < rounds; round++)
            {
                pgbench.Add(await bench.RunPgbenchAsync(clients, seconds));
                npgsql.Add(await bench.RunNpgsqlAsync(clients, seconds));
                engine.Add(await bench.RunEngineAsync(clients, seconds));
            }

            var toNpgsql = Middle(engine.Zip(npgsql, static (x, y) => x.PerSecond / y.PerSecond));
            var toPgbench = Middle(engine.Zip(pgbench, static (x, y) => x.PerSecond / y));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{clients,7} {Middle(pgbench),10:F0} {Middle(npgsql.Select(x => x.PerSecond)),10:F0} {Middle(engine.Select(x => x.PerSecond)),10:F0} "
                + $"{toNpgsql,14:F2} {toPgbench,15:F2} {Middle(npgsql.Select(x => x.Bytes)),9:F0} {Middle(engine.Select(x => x.Bytes)),9:F0}"));
            if (clients == 16)
            {
                at16 = string.Create(CultureInfo.InvariantCulture, $"engine/npgsql at 16: {toNpgsql:F2}, engine/pgbench at 16: {toPgbench:F2}");
            }
        }

        Console.WriteLine();
        Console.WriteLine(await bench.DescribeTableAsync());
        Console.WriteLine(at16);
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
