using System.Diagnostics;

namespace RefreshTokenRotation.Benchmarks;

/// <summary>Runs operations in turn, round by round, so that a change of the machine's speed meets them all.</summary>
internal sealed class Measurement(string name, Action operation, int threads = 1)
{
    private readonly List<double> _nanoseconds = [];

    public string Name { get; } = name;

    public double Median => Middle(_nanoseconds);

    public double Bytes { get; private set; }

    public static void RunInTurn(IReadOnlyList<Measurement> measurements, int rounds, int iterations)
    {
        for (var round = -2; round < rounds; round++)
        {
            foreach (var measurement in measurements)
            {
                var nanoseconds = measurement.Time(iterations);
                if (round >= 0)
                {
                    measurement._nanoseconds.Add(nanoseconds);
                }
            }
        }

        foreach (var measurement in measurements)
        {
            measurement.CountBytes();
        }
    }

    /// <summary>The median of the ratios, round by round.</summary>
    public double RatioTo(Measurement floor) => Middle(_nanoseconds.Zip(floor._nanoseconds, static (x, y) => x / y));

    /// <summary>Wall time per operation; several threads run as many operations each.</summary>
    private double Time(int iterations)
    {
        if (threads == 1)
        {
            var start = Stopwatch.GetTimestamp();
            Loop(iterations);
            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / iterations;
        }

        using var barrier = new Barrier(threads + 1);
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            barrier.SignalAndWait();
            Loop(iterations);
            barrier.SignalAndWait();
        })).ToArray();
        Array.ForEach(workers, static worker => worker.Start());
        barrier.SignalAndWait();
        var begin = Stopwatch.GetTimestamp();
        barrier.SignalAndWait();
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / iterations;
        Array.ForEach(workers, static worker => worker.Join());
        return elapsed;
    }

    private void Loop(int iterations)
    {
        for (var i = 0; i < iterations; i++)
        {
            operation();
        }
    }

    private void CountBytes()
    {
        const int Sample = 1000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Loop(Sample);
        Bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Sample;
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
