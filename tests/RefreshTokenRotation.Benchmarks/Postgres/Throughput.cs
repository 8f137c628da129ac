using System.Diagnostics;

namespace RefreshTokenRotation.Benchmarks.Postgres;

/// <summary>What a number of clients, each with work of its own, got done.</summary>
internal readonly record struct Throughput(double PerSecond, double Bytes)
{
    /// <summary>Lets every client repeat its work until the time is over.</summary>
    public static async Task<Throughput> MeasureAsync(IReadOnlyList<Func<Task>> clients, int seconds)
    {
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        var end = start + (seconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(clients.Select(work => Task.Run(async () =>
        {
            var count = 0L;
            while (Stopwatch.GetTimestamp() < end)
            {
                await work();
                count++;
            }

            return count;
        })));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Throughput(counts.Sum() / elapsed, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)counts.Sum());
    }
}
