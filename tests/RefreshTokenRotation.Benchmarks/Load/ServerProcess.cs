using System.Diagnostics;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>A server in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _control;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        _control = new HttpClient { BaseAddress = address };
        Port = address.Port;
    }

    public int Port { get; }

    public static async Task<ServerProcess> StartAsync(string kind)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServerProcess).Assembly.Location, "load-server", kind])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // As a web project has it.
        start.Environment["DOTNET_gcServer"] = "1";
        start.Environment["DOTNET_gcConcurrent"] = "1";
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                return new ServerProcess(process, new Uri(line));
            }
        }

        throw new InvalidOperationException($"The server for {kind} did not start.");
    }

    /// <summary>The first refresh token of each chain.</summary>
    public async Task<string[]> StartChainsAsync(int chains)
    {
        using var answer = await _control.PostAsync(new Uri($"/start?chains={chains}", UriKind.Relative), content: null);
        return (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Split('\n');
    }

    public async Task<ServerSpending> SpentAsync() => ServerSpending.Parse(await _control.GetStringAsync(new Uri("/spent", UriKind.Relative)));

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
