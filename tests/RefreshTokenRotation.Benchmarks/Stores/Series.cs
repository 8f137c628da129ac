using RefreshTokenRotation.Benchmarks.Postgres;

namespace RefreshTokenRotation.Benchmarks.Stores;

/// <summary>One way to exchange, measured round by round.</summary>
/// <param name="name">What it is.</param>
/// <param name="measure">Measures it for some seconds.</param>
/// <param name="floor">The bare statements for it.</param>
internal sealed class Series(string name, Func<int, Task<Throughput>> measure, Series? floor = null)
{
    private readonly List<Throughput> _rounds = [];

    public string Name { get; } = name;

    public Series? Floor { get; } = floor;

    public double PerSecond => Middle(_rounds.Select(static round => round.PerSecond));

    public double Bytes => Middle(_rounds.Select(static round => round.Bytes));

    /// <summary>The median of the ratios, round by round.</summary>
    public double OfFloor => Middle(_rounds.Zip(Floor!._rounds, static (x, y) => x.PerSecond / y.PerSecond));

    /// <summary>Runs them in turn, round by round, so that a change of the machine's speed meets them all.</summary>
    public static async Task RunInTurnAsync(IReadOnlyList<Series> all, int rounds, int seconds)
    {
        for (var round = -1; round < rounds; round++)
        {
            foreach (var series in all)
            {
                var throughput = await series.Measure(seconds);
                if (round >= 0)
                {
                    series._rounds.Add(throughput);
                }
            }
        }
    }

    private Task<Throughput> Measure(int seconds) => measure(seconds);

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
