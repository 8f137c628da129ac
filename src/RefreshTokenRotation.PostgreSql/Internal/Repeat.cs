using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Internal;

/// <summary>Runs a transaction again that the server has rolled back for no fault of its own.</summary>
internal static class Repeat
{
    private const int MaxTries = 10;

    /// <summary>
    /// Read committed and locks in order leave no reason for it on PostgreSQL. A host's own statements on the table, a stricter isolation and
    /// other servers do; the outcome is certain each time.
    /// </summary>
    public static async Task<TResult> WhileRolledBackAsync<TResult>(
        Func<CancellationToken, Task<TResult>> run, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await run(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException fault) when (IsDue(fault, tries))
            {
                continue;
            }
        }
    }

    /// <summary>Whether a transaction that has failed so many times is to be run again.</summary>
    public static bool IsDue(PostgresException fault, int tries) =>
        tries < MaxTries && fault.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;
}
