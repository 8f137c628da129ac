namespace RefreshTokenRotation.AspNetCore.Internal;

/// <summary>Bounds a message that any caller can provoke, so that a stranger can't fill the log with it.</summary>
internal sealed class LogBudget(TimeProvider time)
{
    private const int PerMinute = 10;

    private readonly Lock _lock = new();
    private long _begin;
    private int _spent;

    /// <summary>Whether the message may be logged once more.</summary>
    public bool TrySpend()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_spent == 0 || time.GetElapsedTime(_begin, now) >= TimeSpan.FromMinutes(1))
            {
                (_begin, _spent) = (now, 0);
            }

            if (_spent == PerMinute)
            {
                return false;
            }

            _spent++;
            return true;
        }
    }
}
