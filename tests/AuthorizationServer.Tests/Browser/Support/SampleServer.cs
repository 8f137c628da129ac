using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthorizationServer.Tests.Browser.Support;

/// <summary>The sample in a process of its own, as <c>dotnet run</c> starts it.</summary>
internal sealed class SampleServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string[] _arguments;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private SampleServer(int port, string[] arguments)
    {
        Origin = $"http://localhost:{port}";
        _arguments = [$"--urls={Origin}", .. arguments];
    }

    public string Origin { get; }

    public static async Task<SampleServer> StartAsync(params string[] arguments)
    {
        var server = new SampleServer(FreePort(), arguments);
        await server.StartAsync();
        return server;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it, again where it was, and returns when it listens.</summary>
    public async Task StartAsync()
    {
        var folder = Repository.PathOf("samples", "AuthorizationServer");
        var start = new ProcessStartInfo("dotnet", [Repository.BuiltFile(folder, "AuthorizationServer.dll"), .. _arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development" },
        };
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process?.Dispose();
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data, listens);
        _process.ErrorDataReceived += (_, line) => Read(line.Data, listens);
        _process.Exited += (_, _) => listens.TrySetException(new InvalidOperationException($"The server did not start:\n{Output()}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await listens.Task.WaitAsync(Patience);
    }

    /// <summary>Ends it as a power failure would: SIGKILL.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
    }

    public string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
    }

    private void Read(string? line, TaskCompletionSource listens)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line?.StartsWith("Open ", StringComparison.Ordinal) == true)
        {
            listens.TrySetResult();
        }
    }
}
