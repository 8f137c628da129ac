using System.Diagnostics;
using System.Globalization;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>One kind of server, and what was measured of it round by round.</summary>
internal sealed class LoadMode(string name, ServerProcess server, LoadClient client) : IAsyncDisposable
{
    private readonly List<LoadRound> _rounds = [];

    public string Name { get; } = name;

    public IReadOnlyList<LoadRound> Rounds => _rounds;

    public static async Task<LoadMode> StartAsync(string name, int chains)
    {
        var server = await ServerProcess.StartAsync("load-server", name);
        var tokens = await server.StartChainsAsync(chains);
        return new LoadMode(name, server, new LoadClient([.. tokens.Select(token => new Chain(server.Port, LoadServer.Request, token))]));
    }

    /// <summary>Runs slices that do not count until the rate stands still, or until there were enough.</summary>
    /// <returns>A line for the report.</returns>
    public async Task<string> WarmUpAsync(TimeSpan slice, int most)
    {
        var rates = new WarmUp();
        while (!rates.IsSettled && rates.Slices < most)
        {
            rates.Add(1e6 / (await MeasureAsync(server, client, slice)).Time);
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{Name} {(rates.IsSettled ? "stood still after" : "DID NOT STAND STILL in")} {rates.Slices * slice.TotalSeconds:F0} s");
    }

    public async Task RunAsync(TimeSpan duration) => _rounds.Add(await MeasureAsync(server, client, duration));

    /// <summary>Measures one round.</summary>
    public static async Task<LoadRound> MeasureAsync(ServerProcess server, LoadClient client, TimeSpan duration)
    {
        var machineBefore = ProcessorTime.Used();
        var (serverBefore, clientBefore) = (await server.SpentAsync(), Environment.CpuUsage.TotalTime);
        var start = Stopwatch.GetTimestamp();
        var times = await client.RunAsync(duration);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        var (clientCpu, spent) = (Environment.CpuUsage.TotalTime - clientBefore, await server.SpentAsync() - serverBefore);
        var others = (ProcessorTime.Used() - machineBefore - spent.Microseconds - clientCpu.TotalMicroseconds) / (elapsed * Environment.ProcessorCount);
        Array.Sort(times);
        return new LoadRound(
            elapsed / times.Length,
            Stopwatch.GetElapsedTime(0, times[times.Length / 2]).TotalMicroseconds,
            Stopwatch.GetElapsedTime(0, times[times.Length * 99L / 100]).TotalMicroseconds,
            spent.Microseconds / times.Length,
            clientCpu.TotalMicroseconds / times.Length,
            spent.Bytes / times.Length,
            others,
            times.Length);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return server.DisposeAsync();
    }

    public double Median(Func<LoadRound, double> part) => LoadReport.Middle(_rounds.Select(part));
}
