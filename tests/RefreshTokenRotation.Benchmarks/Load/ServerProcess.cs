using System.Diagnostics;

namespace RefreshTokenRotation.Benchmarks.Load;

/// <summary>A server in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _control;

    private ServerProcess(Process process, Uri control, Uri address)
    {
        _process = process;
        _control = new HttpClient { BaseAddress = control };
        Address = address;
    }

    /// <summary>Where the clients send their requests.</summary>
    public Uri Address { get; }

    public int Port => Address.Port;

    /// <summary>Starts a server.</summary>
    /// <param name="role">The argument that makes this program a server.</param>
    /// <param name="arguments">What comes after it.</param>
    public static async Task<ServerProcess> StartAsync(string role, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ServerProcess).Assembly.Location, role, .. arguments])
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
                // A server that is not ours alone has an address of its own for what the report asks.
                var addresses = line.Split(' ');
                return new ServerProcess(process, new Uri(addresses[0]), new Uri(addresses[^1]));
            }
        }

        throw new InvalidOperationException($"The server for {string.Join(' ', arguments)} did not start.");
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
