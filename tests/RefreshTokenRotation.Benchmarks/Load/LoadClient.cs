using System.Diagnostics;
using System.Net.Sockets;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>Keeps the chains of one server busy. A thread serves many connections by one call to the system, which is cheaper than a task each.</summary>
internal sealed class LoadClient(Chain[] chains) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Lets every chain send its next request as soon as it has its answer, until the time is over.</summary>
    /// <returns>The time of each request, in stopwatch ticks.</returns>
    public async Task<long[]> RunAsync(TimeSpan duration)
    {
        var parts = chains.Chunk((chains.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount);
        var times = await Task.WhenAll(parts.Select(part =>
            Task.Factory.StartNew(() => Drive(part, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return [.. times.SelectMany(static part => part)];
    }

    public void Dispose() => Array.ForEach(chains, static chain => chain.Dispose());

    private static List<long> Drive(Chain[] chains, TimeSpan duration)
    {
        var times = new List<long>(1 << 16);
        var bySocket = chains.ToDictionary(static chain => chain.Socket);
        var busy = bySocket.Keys.ToHashSet();
        var ready = new List<Socket>(chains.Length);
        var start = Stopwatch.GetTimestamp();
        Array.ForEach(chains, static chain => chain.Send());
        while (busy.Count > 0)
        {
            ready.Clear();
            ready.AddRange(busy);
            Socket.Select(ready, null, null, Patience);
            if (ready.Count == 0)
            {
                throw new TimeoutException("The server did not answer.");
            }

            var goesOn = Stopwatch.GetElapsedTime(start) < duration;
            foreach (var socket in ready)
            {
                var chain = bySocket[socket];
                if (chain.Receive() is not { } elapsed)
                {
                    continue;
                }

                times.Add(elapsed);
                if (goesOn)
                {
                    chain.Send();
                }
                else
                {
                    busy.Remove(socket);
                }
            }
        }

        return times;
    }
}
