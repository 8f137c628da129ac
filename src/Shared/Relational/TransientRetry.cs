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
    public static bool IsDue(Exception fault, int tries) => tries < MaxTries && SerializationFailure.Is(fault);
}
