using System.Diagnostics;

namespace RefreshTokenRotation.Client.Harness;

/// <summary>This program in a process of its own, spoken to by lines.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public static ChildProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "RefreshTokenRotation.Client.Harness.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_gcServer"] = "0";
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>A script among the clients that tests/install-npm-clients.sh installs.</summary>
    public static ChildProcess StartNode(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = NpmClients(), RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["NO_PROXY"] = "*"; // between two processes on the loopback
        return new ChildProcess(Process.Start(start)!);
    }

    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadLineAsync();
    }

    public async Task<string> ReadLineAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) is { } line)
        {
            return line;
        }

        await _process.WaitForExitAsync().WaitAsync(Limit);
        throw new EndOfStreamException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"A child process has ended with code {_process.ExitCode}."));
    }

    /// <summary>Ends the process at once, as kill -9 does, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string NpmClients()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var clients = Path.Combine(folder.FullName, "RefreshTokenRotation.AspNetCore.Tests", "NpmClients");
            if (Directory.Exists(Path.Combine(clients, "node_modules")))
            {
                return clients;
            }
        }

        throw new InvalidOperationException("tests/install-npm-clients.sh installs the clients from npm; test.sh runs it.");
    }
}
