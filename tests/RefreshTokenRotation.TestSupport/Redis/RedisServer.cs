using System.Globalization;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Redis.Tests.Support;

/// <summary>A throw-away Redis on a free loopback port, from the installed program, with a folder of its own.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string[] _settings;

    private RedisServer(string folder, int port, string[] settings)
    {
        _folder = folder;
        Port = port;
        _settings = settings;
    }

    public int Port { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    private string ProcessFile => Path.Combine(_folder, "pid");

    /// <summary>Starts a server that keeps what it answered, unless the settings say otherwise.</summary>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = new RedisServer(Directory.CreateTempSubdirectory("RefreshTokenRotation-redis-").FullName, FreePort.Take(), settings);
        try
        {
            await server.StartAgainAsync();
            await ServerTools.WatchAsync(server._folder, server.ProcessFile);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it over the same folder.</summary>
    public async Task StartAgainAsync()
    {
        try
        {
            await ServerTools.RunAsync(
                "redis-server",
                [
                    "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--daemonize", "yes", "--pidfile", ProcessFile,
                    "--logfile", Path.Combine(_folder, "log"), "--save", string.Empty, "--appendonly", "yes", "--appendfsync", "no", .. _settings,
                ]);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("These tests need redis-server 7.0 or later: ./test.sh installs it on Debian and Ubuntu.", missing);
        }

        await Eventually.HoldsAsync(async () => (await TryCliAsync("ping")).Contains("PONG", StringComparison.Ordinal), "Redis answers");
    }

    /// <summary>Runs a command by redis-cli.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> CliAsync(params string[] command) =>
        ServerTools.RunAsync("redis-cli", ["-e", "-p", Port.ToString(CultureInfo.InvariantCulture), .. command]);

    /// <summary>Ends the process at once (SIGKILL).</summary>
    public async Task KillAsync()
    {
        var process = (await File.ReadAllTextAsync(ProcessFile)).Trim();
        await ServerTools.RunAsync("/bin/kill", ["-KILL", process]);
        await Eventually.HoldsAsync(() => Task.FromResult(!Directory.Exists($"/proc/{process}") || IsDead(process)), "the process has gone");
        File.Delete(ProcessFile);
    }

    /// <summary>How long the append-only files are.</summary>
    public long AppendedBytes => AppendedFiles().Sum(static file => file.Length);

    /// <summary>Leaves of the append-only file what a loss of power may leave that was synced up to a length: not a byte more. The server must be dead.</summary>
    public void LoseUnsynced(long synced)
    {
        var snapshot = AppendedFiles().Where(static file => !file.Name.EndsWith(".incr.aof", StringComparison.Ordinal)).Sum(static file => file.Length);
        foreach (var file in AppendedFiles().Where(static file => file.Name.EndsWith(".incr.aof", StringComparison.Ordinal)))
        {
            using var stream = file.Open(FileMode.Open);
            stream.SetLength(Math.Clamp(synced - snapshot, 0, file.Length));
        }
    }

    /// <summary>Sends the process a signal, such as STOP.</summary>
    public async Task SignalAsync(string signal) => await ServerTools.RunAsync("/bin/kill", [$"-{signal}", (await File.ReadAllTextAsync(ProcessFile)).Trim()]);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(ProcessFile))
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private IEnumerable<FileInfo> AppendedFiles() =>
        new DirectoryInfo(Path.Combine(_folder, "appendonlydir")).EnumerateFiles("*.aof");

    private static bool IsDead(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task<string> TryCliAsync(string command)
    {
        try
        {
            return await CliAsync(command);
        }
        catch (InvalidOperationException)
        {
            return string.Empty;
        }
    }
}
