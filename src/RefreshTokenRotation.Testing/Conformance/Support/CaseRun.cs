using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RefreshTokenRotation.Testing.Conformance.Support;

/// <summary>One run of one case: its options, its history and its verdicts.</summary>
internal sealed class CaseRun(ConformanceOptions options, CancellationToken cancellationToken)
{
    public ConformanceOptions Options { get; } = options;

    public CallHistory History { get; } = new();

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Ends the case as failed, unless something holds.</summary>
    public static void Require([DoesNotReturnIf(false)] bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref Observation observation)
    {
        if (!holds)
        {
            throw new BrokenClauseException(observation.ToString());
        }
    }

    public static void Require([DoesNotReturnIf(false)] bool holds, string observation)
    {
        if (!holds)
        {
            throw new BrokenClauseException(observation);
        }
    }

    /// <summary>Goes on when everything queued before it has had a turn. After <c>Task.Yield</c>, a thread takes up its own work first, and others may wait for long.</summary>
    public static Task LetOthersRunAsync()
    {
        var turn = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.SetResult(), turn, preferLocal: false);
        return turn.Task;
    }

    /// <summary>Whether a call ends as cancelled.</summary>
    public static async Task<bool> IsCancelledAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>Runs callers at once, and waits for all of them, or for the first that fails.</summary>
    public static async Task<T[]> RaceAsync<T>(int callers, Func<int, Task<T>> call)
    {
        // None begins on this thread, which has the others to start, or ahead of those that wait longer.
        var running = Enumerable.Range(0, callers)
            .Select(caller => Task.Factory.StartNew(() => call(caller), CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default).Unwrap())
            .ToArray();
        await foreach (var ended in Task.WhenEach(running).ConfigureAwait(false))
        {
            // Others may wait for the one that failed.
            await ended.ConfigureAwait(false);
        }

        return await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <summary>Runs writers and readers at once. They go on until each writer, and the readers together, have made so many calls, so that both sides have met.</summary>
    public async Task MeetAsync(int writers, int readers, int times, Func<int, int, Task> write, Func<int, Task> read)
    {
        var (writing, reads) = (writers, 0);
        await RaceAsync(writers + readers, async caller =>
        {
            if (caller < writers)
            {
                try
                {
                    for (var i = 0; Math.Min(i, Volatile.Read(ref reads)) < times; i++)
                    {
                        CancellationToken.ThrowIfCancellationRequested();
                        await write(caller, i).ConfigureAwait(false);
                        await LetOthersRunAsync().ConfigureAwait(false);
                    }
                }
                finally
                {
                    Interlocked.Decrement(ref writing);
                }

                return;
            }

            do
            {
                await read(caller).ConfigureAwait(false);
                Interlocked.Increment(ref reads);
                await LetOthersRunAsync().ConfigureAwait(false);
            }
            while (Volatile.Read(ref writing) > 0);
        }).ConfigureAwait(false);
    }

    /// <summary>Runs callers at once, and waits for all of them, or for the first that fails.</summary>
    public static Task RaceAsync(int callers, Func<int, Task> call) => RaceAsync(callers, async caller =>
    {
        await call(caller).ConfigureAwait(false);
        return true;
    });
}
