using System.Data.Common;

namespace RefreshTokenRotation.Relational;

/// <summary>Runs a transaction again that the server has rolled back for no fault of its own. The outcome is certain each time.</summary>
internal static class TransientRetry
{
    private const int MaxTries = 10;

    public static async Task<TResult> RunAsync<TResult>(Func<CancellationToken, Task<TResult>> run, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await run(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (IsDue(fault, tries))
            {
                continue;
            }
        }
    }

    /// <summary>Whether a transaction that has failed so many times is to run again.</summary>
    public static bool IsDue(Exception fault, int tries) => tries < MaxTries && IsRolledBack(fault);

    /// <summary>Whether the server rolled a transaction back because of others, by a serialization failure or a deadlock: class 40 of standard SQL, without its one state
    /// that leaves the outcome open. Execution strategies wrap what they could not mend.</summary>
    public static bool IsRolledBack(Exception? fault) => fault is DbException { SqlState: { } state }
        ? state.StartsWith("40", StringComparison.Ordinal) && state != "40003"
        : fault is not null && IsRolledBack(fault.InnerException);
}
