using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RefreshTokenRotation.Benchmarks.Load;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Benchmarks.Edge;

/// <summary>The sample with PostgreSQL at and beyond the edge of what it can answer: ten times too many requests, slow clients, many connections, and a database that answers in ten
/// seconds.</summary>
internal static class EdgeReport
{
    private const int ClientsEach = 700;

    public static async Task RunAsync(double minutes)
    {
        var binaries = await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException("This mode needs PostgreSQL's server: tests/install-postgresql.sh");
        await using var database = await PostgresServer.StartAsync(binaries, durable: true);
        await using var proxy = new DelayingProxy(database.Port);
        await using var server = await SampleServer.StartAsync(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = proxy.Port }.ConnectionString);
        var clients = await server.LogInAsync(ClientsEach);
        var run = new Run(server, proxy, clients);
        await run.MeasureCapacityAsync();
        await run.OverloadAsync(TimeSpan.FromMinutes(minutes));
        await run.MeetSlowClientsAsync(1000);
        await run.MeetIdleConnectionsAsync(10_000);
        await run.WaitForDatabaseAsync(TimeSpan.FromSeconds(10));
        Array.ForEach(clients, static client => client.Dispose());
    }

    private sealed class Run(SampleServer server, DelayingProxy proxy, EdgeClient[] clients)
    {
        private static readonly TimeSpan Short = TimeSpan.FromSeconds(30);

        private readonly EdgeLoad _load = new(clients[..^1]); // the last one tries for itself
        private double _capacity;

        /// <summary>What the server is made for: a quarter of what it can answer.</summary>
        private double Usual => _capacity / 4;

        public async Task MeasureCapacityAsync()
        {
            await EdgeLoad.RunClosedAsync(clients[..64], Short);
            _capacity = await EdgeLoad.RunClosedAsync(clients[..64], TimeSpan.FromSeconds(15));
            Console.WriteLine(Invariant($"capacity: {_capacity:F0} exchanges/s, {clients.Length} clients ({ClientsEach} each under {string.Join(", ", SampleServer.Presets)})"));
            await PrintUsualAsync("before");
        }

        public async Task OverloadAsync(TimeSpan duration)
        {
            var (tally, used, start) = (new EdgeTally(), ProcessorTime.Used(), Stopwatch.GetTimestamp());
            var running = _load.RunOpenAsync(10 * _capacity, duration, tally);
            Console.WriteLine(Invariant($"overload: {10 * _capacity:F0} requests/s for {duration.TotalMinutes:F1} minutes"));
            while (await Task.WhenAny(running, Task.Delay(duration / 10)) != running)
            {
                await PrintMemoryAsync(Invariant($"  {Stopwatch.GetElapsedTime(start).TotalSeconds,4:F0} s, {tally.Count(EdgeOutcome.Answered)} answered, {tally.Count(EdgeOutcome.Rejected)} rejected"));
            }

            await running;
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine($"  {tally}");
            Console.WriteLine(Invariant($"  answered {tally.Count(EdgeOutcome.Answered) / seconds:F0}/s; the machine's processors were in use for {(ProcessorTime.Used() - used) / (seconds * 1e6):F2} of {Environment.ProcessorCount}"));
            await PrintUsualAsync("after");
            await RefreshAllAsync();
        }

        public async Task MeetSlowClientsAsync(int count)
        {
            var slow = HeldConnections.SendSlowlyAsync(server.Port, count, Short);
            await PrintUsualAsync(Invariant($"{count} slow clients, a byte a second each, which come back"));
            var (timedOut, closed) = await slow;
            Console.WriteLine(Invariant($"  the server ended {timedOut} with 408 and {closed} otherwise"));
        }

        public async Task MeetIdleConnectionsAsync(int count)
        {
            await PrintMemoryAsync("before the connections");
            var start = Stopwatch.GetTimestamp();
            var open = await HeldConnections.OpenAsync(server.Port, count);
            await PrintUsualAsync(Invariant($"{HeldConnections.CountOpen(open)} open connections that say nothing"));
            await PrintMemoryAsync("  with them");
            while (HeldConnections.CountOpen(open) > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(3))
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }

            Console.WriteLine(Invariant($"  {HeldConnections.CountOpen(open)} are still open after {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
            open.ForEach(static socket => socket.Dispose());
        }

        public async Task WaitForDatabaseAsync(TimeSpan delay)
        {
            await RefreshAllAsync();
            var (running, slowest, failed) = (_load.RunOpenAsync(Usual, TimeSpan.FromMinutes(1.5)), TimeSpan.Zero, 0);
            await Task.Delay(TimeSpan.FromSeconds(5));
            proxy.Delay = delay;
            Console.WriteLine(Invariant($"each answer of the database waits {delay.TotalSeconds:F0} s, {Usual:F0} requests/s"));
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1); await Task.Delay(100))
            {
                var took = await server.ReadMetadataAsync();
                (slowest, failed) = (took > slowest ? took.Value : slowest, took is null ? failed + 1 : failed);
            }

            proxy.Delay = TimeSpan.Zero;
            var healed = Stopwatch.GetTimestamp();
            while (await clients[^1].RefreshAsync() is EdgeOutcome.Rejected)
            {
                await Task.Delay(100);
            }

            var recovery = Stopwatch.GetElapsedTime(healed);
            Console.WriteLine($"  {await running}");
            Console.WriteLine(Invariant($"  metadata meanwhile: slowest {slowest.TotalMilliseconds:F0} ms, {failed} failed; first exchange {recovery.TotalSeconds:F1} s after the end"));
            await PrintUsualAsync("afterwards");
            await RefreshAllAsync();
        }

        private async Task PrintUsualAsync(string name)
        {
            var tally = await _load.RunOpenAsync(Usual, Short);
            Console.WriteLine(Invariant($"{name}, {Usual:F0} requests/s: {tally}"));
        }

        /// <summary>Each client refreshes once, as often as the server asks it to wait.</summary>
        private async Task RefreshAllAsync()
        {
            await Parallel.ForEachAsync(clients.Where(static client => !client.IsLoggedOut), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (client, cancellation) =>
            {
                while (await client.RefreshAsync() is EdgeOutcome.Rejected or EdgeOutcome.Lost)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
                }
            });
            Console.WriteLine($"  every client refreshes once more; logged out so far: {string.Join(", ", SampleServer.Presets.Select(
                preset => Invariant($"{preset} {clients.Count(client => client.Preset == preset && client.IsLoggedOut)}")))}");
        }

        private async Task PrintMemoryAsync(string name)
        {
            var (resident, heap) = await server.ReadMemoryAsync();
            Console.WriteLine(Invariant($"{name}: {resident:F0} MB resident, {heap:F0} MB in the heap"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
