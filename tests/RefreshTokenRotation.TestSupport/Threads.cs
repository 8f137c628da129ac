namespace RefreshTokenRotation.Tests.Support;

/// <summary>Real threads, one a caller, so that a barrier can't starve in the thread pool.</summary>
internal static class Threads
{
    public static async Task<T[]> RunAsync<T>(int count, Func<int, Task<T>> body) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            Task.Factory.StartNew(() => body(i), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

    public static Task RunAsync(int count, Func<int, Task> body) =>
        RunAsync(count, async i =>
        {
            await body(i);
            return true;
        });
}
