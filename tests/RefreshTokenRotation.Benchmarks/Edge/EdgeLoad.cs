using System.Collections.Concurrent;
using System.Diagnostics;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>Requests that come at a rate of their own, however slow the answers are.</summary>
internal sealed class EdgeLoad(EdgeClient[] clients)
{
    private readonly ConcurrentQueue<EdgeClient> _idle = new(clients);

    /// <summary>Some clients refresh as fast as they get answers.</summary>
    /// <returns>Answers per second.</returns>
    public static async Task<double> RunClosedAsync(IReadOnlyList<EdgeClient> clients, TimeSpan duration)
    {
        var (start, answered) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(clients.Select(async client =>
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                if (await client.RefreshAsync() == EdgeOutcome.Answered)
                {
                    Interlocked.Increment(ref answered);
                }
            }
        }));
        return answered / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Sends requests at a rate, each by a client that has none under way, and waits for the last answer.</summary>
    /// <param name="rate">Requests per second.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="tally">Counts.</param>
    public async Task<EdgeTally> RunOpenAsync(double rate, TimeSpan duration, EdgeTally? tally = null)
    {
        tally ??= new EdgeTally();
        var (start, due) = (Stopwatch.GetTimestamp(), 0L);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        TimeSpan elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < duration)
        {
            for (; due < elapsed.TotalSeconds * rate; due++)
            {
                if (_idle.TryDequeue(out var client))
                {
                    // The time counts from when the request was due, so that a late one is not taken for a fast one.
                    _ = SendAsync(client, start + (long)(due / rate * Stopwatch.Frequency), tally);
                }
                else
                {
                    tally.Unsent();
                }
            }

            await timer.WaitForNextTickAsync();
        }

        while (tally.UnderWay > 0)
        {
            await timer.WaitForNextTickAsync();
        }

        return tally;
    }

    private async Task SendAsync(EdgeClient client, long dueAt, EdgeTally tally)
    {
        tally.Begin();
        var outcome = await client.RefreshAsync();
        tally.End(outcome, Stopwatch.GetElapsedTime(dueAt));
        if (!client.IsLoggedOut)
        {
            _idle.Enqueue(client);
        }
    }
}
