using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Net;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>A throw-away PostgreSQL on a free loopback port, from the installed binaries. Works as root and as a normal user.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;

    private PostgresServer(string binaries, string folder, int port)
    {
        _binaries = binaries;
        _folder = folder;
        _port = port;
    }

    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Include Error Detail=false");

    public int Port => _port;

    /// <summary>The folder of the installed binaries; null if there are none.</summary>
    public static async Task<string?> FindBinariesAsync()
    {
        var candidates = new List<string>();
        try
        {
            candidates.Add((await RunAsync("pg_config", ["--bindir"])).Trim());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No pg_config: Debian's server package comes without it.
        }

        if (Directory.Exists("/usr/lib/postgresql"))
        {
            candidates.AddRange(Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin")));
        }

        return candidates.Find(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    /// <summary>Starts a server.</summary>
    /// <param name="binaries">The folder of the binaries.</param>
    /// <param name="durable">Whether a commit waits for the disk. Without it a commit survives the end of the server's processes, and not of the machine.</param>
    public static async Task<PostgresServer> StartAsync(string binaries, bool durable = false)
    {
        // The server's user must be able to walk to its folder, which the machine's folder for temporary files allows.
        var folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-postgres-").FullName;
        var server = new PostgresServer(binaries, folder, FreePort());
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", ["postgres", folder]);
            }

            await server.RunAsOwnerAsync("initdb", ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D", server.Data]);
            await File.AppendAllTextAsync(
                Path.Combine(server.Data, "postgresql.conf"),
                string.Create(CultureInfo.InvariantCulture, $"""

                    listen_addresses = '127.0.0.1'
                    port = {server._port}
                    unix_socket_directories = '{folder}'
                    max_connections = 400
                    shared_buffers = 256MB
                    max_wal_size = 4GB
                    fsync = {(durable ? "on" : "off")}
                    """));
            await server.StartAsync();
            await server.WatchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => RunAsOwnerAsync("pg_ctl", ["start", "--wait", "-D", Data, "-l", Path.Combine(_folder, "log")]);

    /// <summary>Stops the server if this process ends without having done so.</summary>
    private Task WatchAsync()
    {
        const string Script =
            "while kill -0 \"$1\" && [ -d \"$2\" ]; do sleep 1; done; kill -QUIT \"$(head -n 1 \"$2/data/postmaster.pid\")\"; rm -rf \"$2\"";

        // In a session of its own, because what ends a test run often ends its whole group of processes.
        return RunAsync("setsid", ["--fork", "/bin/sh", "-c", Script, "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), _folder]);
    }

    /// <summary>Ends every process of the server at once, without a checkpoint.</summary>
    public Task KillAsync() => RunAsOwnerAsync("pg_ctl", ["stop", "--wait", "--mode=immediate", "-D", Data]);

    /// <summary>Runs a tool of PostgreSQL.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunToolAsync(string tool, params string[] arguments) => RunAsync(Path.Combine(_binaries, tool), arguments);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>PostgreSQL refuses to run as root, which is its own user's right then.</summary>
    private Task RunAsOwnerAsync(string tool, string[] arguments)
    {
        var path = Path.Combine(_binaries, tool);
        return Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments], _folder)
            : RunAsync(path, arguments, _folder);
    }

    private static async Task<string> RunAsync(string file, string[] arguments, string? folder = null)
    {
        // The server inherits what its starter has open: output goes to files of its own, so that nobody waits for it to be closed.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "\"$@\" >\"$OUT\" 2>&1 </dev/null", "sh", file, .. arguments])
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        var output = Path.GetTempFileName();
        try
        {
            start.Environment["OUT"] = output;
            using var process = Process.Start(start)!;
            using var limit = new ProcessLimit(process);
            await limit.WaitForExitAsync();
            var text = await File.ReadAllTextAsync(output);
            return process.ExitCode switch
            {
                0 => text,
                127 => throw new System.ComponentModel.Win32Exception($"'{file}' is not there."),
                _ => throw new InvalidOperationException($"'{file}' ended with {process.ExitCode}:\n{text}"),
            };
        }
        finally
        {
            File.Delete(output);
        }
    }
}
