using System.Data.Common;

namespace RefreshTokenRotation.EntityFrameworkCore.Internal;

/// <summary>What a server has rolled back for no fault of its own: a serialization failure or a deadlock. Nothing is in doubt then.</summary>
internal static class RolledBack
{
    private const int MaxTries = 10;

    /// <summary>Runs a transaction again that was rolled back. Read committed on PostgreSQL leaves deadlocks of revocations alone as a reason.</summary>
    public static async Task<TResult> RepeatAsync<TResult>(Func<CancellationToken, Task<TResult>> run, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await run(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (tries < MaxTries && Is(fault))
            {
                continue;
            }
        }
    }

    /// <summary>Class 40 of standard SQL, without its one state that leaves the outcome open. Execution strategies wrap what they could not mend.</summary>
    public static bool Is(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { SqlState: { } state })
            {
                return state.StartsWith("40", StringComparison.Ordinal) && state != "40003";
            }
        }

        return false;
    }
}
