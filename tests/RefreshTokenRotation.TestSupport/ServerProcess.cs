using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RefreshTokenRotation.Tests.Support;

/// <summary>The sample as its users start it: the built program, in a process of its own, on a free port.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public int Id => _process.Id;

    public string Origin => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}");

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => StartAsync("Development", FreePort.Take(), arguments);

    public static Task<ServerProcess> StartAsync(int port, params string[] arguments) => StartAsync("Development", port, arguments);

    public static async Task<ServerProcess> StartAsync(string environment, int port, string[] arguments, params (string Name, string Value)[] variables)
    {
        var server = Run(environment, port, arguments, variables);
        var ended = server._process.WaitForExitAsync();
        if (await Task.WhenAny(server._started.Task, ended).WaitAsync(Eventually.Patience) == ended)
        {
            throw new InvalidOperationException($"The server ended before it answered:\n{server.Output}");
        }

        await server.WatchAsync();
        return server;
    }

    /// <summary>Starts a server that shall refuse to.</summary>
    /// <returns>Its exit code, and what it said.</returns>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string environment, params string[] arguments)
    {
        await using var server = Run(environment, FreePort.Take(), arguments);
        var ended = server._process.WaitForExitAsync();
        return await Task.WhenAny(server._started.Task, ended).WaitAsync(Eventually.Patience) == ended
            ? (server._process.ExitCode, server.Output)
            : throw new InvalidOperationException($"The server started:\n{server.Output}");
    }

    /// <summary>Ends the process at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static ServerProcess Run(string environment, int port, string[] arguments, params (string Name, string Value)[] variables)
    {
        // The tests' own folder ends with bin/<configuration>/<framework>, and so does the sample's.
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var sample = Repository.PathOf("samples", "AuthorizationServer");
        var program = Path.Combine(sample, "bin", output.Parent!.Name, output.Name, "AuthorizationServer.dll");
        var urls = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");
        var start = new ProcessStartInfo("dotnet", [program, "--urls", urls, .. arguments])
        {
            WorkingDirectory = sample,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(new Process { StartInfo = start }, port);
        server._process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    private void Hear(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line?.StartsWith("Open http", StringComparison.Ordinal) == true)
        {
            _started.TrySetResult();
        }
    }

    /// <summary>Ends the server if this process ends without having done so.</summary>
    private async Task WatchAsync()
    {
        const string Script = "while kill -0 \"$1\" && kill -0 \"$2\"; do sleep 1; done 2>/dev/null; kill -KILL \"$2\" 2>/dev/null";
        string[] ids = [.. new[] { Environment.ProcessId, _process.Id }.Select(id => id.ToString(CultureInfo.InvariantCulture))];
        using var watch = Process.Start(new ProcessStartInfo("setsid", ["--fork", "/bin/sh", "-c", $"( {Script} ) >/dev/null </dev/null", "sh", .. ids]))!;
        await watch.WaitForExitAsync().WaitAsync(Eventually.Patience);
    }
}
