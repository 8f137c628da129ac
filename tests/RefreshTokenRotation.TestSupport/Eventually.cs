namespace RefreshTokenRotation.Tests.Support;

/// <summary>Waits for what another process or server does in its own time.</summary>
internal static class Eventually
{
    /// <summary>How long a wait may last that only a fault can make long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks until the answer is yes.</summary>
    /// <exception cref="TimeoutException">It was no for two minutes.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> asked, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await asked())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"After {Patience} still not so: {what}.");
            }

            await Task.Yield();
        }
    }

    /// <summary>What a client does in an outage: it keeps its token and tries again.</summary>
    /// <exception cref="TimeoutException">The outage lasted two minutes.</exception>
    public static async Task<T> AnsweredAsync<T>(Func<ValueTask<T>> call)
        where T : class
    {
        T? answer = null;
        await HoldsAsync(
            async () =>
            {
                try
                {
                    answer = await call();
                    return true;
                }
                catch (RefreshTokenUnavailableException)
                {
                    return false;
                }
            },
            "the outage is over");
        return answer!;
    }
}
