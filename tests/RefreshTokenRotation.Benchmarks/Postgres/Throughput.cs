using System.Diagnostics;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>What a number of clients, each with work of its own, got done.</summary>
/// <param name="PerSecond">Their rate.</param>
/// <param name="Bytes">What one piece of work allocates.</param>
/// <param name="P99">Within how many milliseconds 99 of 100 were done.</param>
internal readonly record struct Throughput(double PerSecond, double Bytes, double P99)
{
    /// <summary>Steps of 1 % of the time that one piece of work took, from a microsecond on.</summary>
    private const double Step = 0.01;
    private const int Steps = 2048;

    /// <summary>Lets every client repeat its work until the time is over.</summary>
    public static async Task<Throughput> MeasureAsync(IReadOnlyList<Func<Task>> clients, int seconds)
    {
        var times = clients.Select(static _ => new int[Steps]).ToArray();
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        var end = start + (seconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(clients.Select((work, client) => Task.Run(async () =>
        {
            var count = 0L;
            for (var begin = Stopwatch.GetTimestamp(); begin < end; count++)
            {
                await work();
                var done = Stopwatch.GetTimestamp();
                times[client][StepOf(Stopwatch.GetElapsedTime(begin, done))]++;
                begin = done;
            }

            return count;
        })));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new Throughput(counts.Sum() / elapsed, allocated / (double)counts.Sum(), Percentile(times, counts.Sum() * 99 / 100));
    }

    private static int StepOf(TimeSpan time) => Math.Clamp((int)(Math.Log(time.TotalMicroseconds) / Step), 0, Steps - 1);

    private static double Percentile(int[][] times, long count)
    {
        var step = 0;
        for (var seen = 0L; step < Steps; step++)
        {
            seen += times.Sum(client => client[step]);
            if (seen > count)
            {
                break;
            }
        }

        return Math.Exp((step + 1) * Step) / 1000;
    }
}
