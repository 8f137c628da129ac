namespace RefreshTokenRotation.Sqlite.Internal;

/// <summary>Tries again while another process keeps the file locked. Short naps, because others leave the lock for microseconds at a time.</summary>
/// <param name="timeout">For how long another process may keep it.</param>
/// <param name="ending">Cuts the wait short.</param>
internal sealed class BusyWait(TimeSpan timeout, WaitHandle ending)
{
    public TResult Run<TState, TResult>(Func<TState, TResult> run, TState state)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return run(state);
            }
            catch (SqliteException fault) when (Faults.IsBusy(fault)
                && TimeProvider.System.GetElapsedTime(start) < timeout && !ending.WaitOne(millisecondsTimeout: 1))
            {
                continue;
            }
        }
    }
}
