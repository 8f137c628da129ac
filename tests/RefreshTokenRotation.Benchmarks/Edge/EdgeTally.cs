using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>What came of the requests of one phase.</summary>
internal sealed class EdgeTally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EdgeOutcome, List<TimeSpan>> _times = Enum.GetValues<EdgeOutcome>().ToDictionary(static outcome => outcome, static _ => new List<TimeSpan>());
    private long _underWay;
    private long _unsent;

    public long UnderWay => Interlocked.Read(ref _underWay);

    public void Begin() => Interlocked.Increment(ref _underWay);

    /// <summary>A request was due, and every client waited for an answer.</summary>
    public void Unsent() => Interlocked.Increment(ref _unsent);

    public void End(EdgeOutcome outcome, TimeSpan time)
    {
        lock (_lock)
        {
            _times[outcome].Add(time);
        }

        Interlocked.Decrement(ref _underWay);
    }

    public int Count(EdgeOutcome outcome)
    {
        lock (_lock)
        {
            return _times[outcome].Count;
        }
    }

    /// <summary>The time in milliseconds that so many percent of the requests with this outcome did not exceed.</summary>
    public double Percentile(EdgeOutcome outcome, double percent)
    {
        lock (_lock)
        {
            var sorted = _times[outcome].Order().ToArray();
            return sorted.Length == 0 ? double.NaN : sorted[(int)((sorted.Length - 1) * percent / 100)].TotalMilliseconds;
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"200: {Count(EdgeOutcome.Answered),7} (p50 {Percentile(EdgeOutcome.Answered, 50):F1}, p99 {Percentile(EdgeOutcome.Answered, 99):F1}, max {Percentile(EdgeOutcome.Answered, 100):F0} ms)  503: {Count(EdgeOutcome.Rejected),8} (p99 {Percentile(EdgeOutcome.Rejected, 99):F1}, max {Percentile(EdgeOutcome.Rejected, 100):F0} ms)  ")
        + string.Create(CultureInfo.InvariantCulture, $"log-outs: {Count(EdgeOutcome.LoggedOut)}  wrong: {Count(EdgeOutcome.Wrong)}  no answer: {Count(EdgeOutcome.Lost)}  not sent, all waiting: {_unsent}");
}
