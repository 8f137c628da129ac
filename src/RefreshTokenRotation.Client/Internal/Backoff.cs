namespace RefreshTokenRotation.Client;

/// <summary>How long nothing is tried after failures: 1 second, doubled by each to a minute, half of it random, or what the server asks for.</summary>
internal sealed class Backoff(RefreshTokenClientOptions options, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private int _failures;
    private long _since;
    private TimeSpan _wait;

    /// <summary>What is left to wait; zero if an attempt may be made.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                var left = _wait - time.GetElapsedTime(_since);
                return _failures > 0 && left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Counts a failure and says how long to wait.</summary>
    public TimeSpan Fail(TimeSpan? retryAfter = null)
    {
        lock (_lock)
        {
            _failures = Math.Min(_failures + 1, 16);
            _since = time.GetTimestamp();
            var full = Math.Min(Math.Pow(2, _failures - 1), Longest.TotalSeconds);
            var jittered = TimeSpan.FromSeconds(full * (0.5 + (options.Jitter() / 2000.0)));
            return _wait = retryAfter is { } asked && asked > jittered ? asked : jittered;
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            (_failures, _wait) = (0, TimeSpan.Zero);
        }
    }
}
