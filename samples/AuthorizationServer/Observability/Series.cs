namespace AuthorizationServer.Observability;

/// <summary>One series of a metric: what was counted under one combination of labels.</summary>
internal sealed class Series(IReadOnlyList<KeyValuePair<string, string>> labels, double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[(bounds?.Length ?? 0) + 1];
    private double _sum;

    public IReadOnlyList<KeyValuePair<string, string>> Labels => labels;

    /// <summary>What a counter has counted.</summary>
    public double Value => Read().Sum;

    public void Record(double value)
    {
        lock (_lock)
        {
            _sum += value;
            if (bounds is not null)
            {
                // A value on a bound lies below it: "le" says less or equal.
                var found = Array.BinarySearch(bounds, value);
                _buckets[found < 0 ? ~found : found]++;
            }
        }
    }

    /// <summary>The sum, and how many values were at or below each bound; the last are all of them.</summary>
    public (double Sum, long[] Cumulative) Read()
    {
        lock (_lock)
        {
            var cumulative = new long[_buckets.Length];
            var total = 0L;
            for (var i = 0; i < cumulative.Length; i++)
            {
                cumulative[i] = total += _buckets[i];
            }

            return (_sum, cumulative);
        }
    }
}
