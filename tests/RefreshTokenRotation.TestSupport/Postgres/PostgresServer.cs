using System.Globalization;
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
            candidates.Add((await ServerTools.RunAsync("pg_config", ["--bindir"])).Trim());
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
    public static Task<PostgresServer> StartAsync(string binaries, bool durable = false) => StartAsync(binaries, durable, server => server.RunAsOwnerAsync(
        "initdb", ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D", server.Data]));

    /// <summary>Starts a standby that streams from this server.</summary>
    public Task<PostgresServer> StartStandbyAsync() => StartAsync(_binaries, durable: false, standby => standby.RunAsOwnerAsync(
        "pg_basebackup",
        ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-D", standby.Data, "-R", "--checkpoint=fast", "--no-sync"]));

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => RunAsOwnerAsync("pg_ctl", ["promote", "--wait", "-D", Data]);

    /// <summary>Makes this former primary a standby of the one that took over, by pg_rewind.</summary>
    public async Task RewindAsync(PostgresServer primary)
    {
        await RunAsOwnerAsync("pg_ctl", ["stop", "--wait", "--mode=fast", "-D", Data]);

        // Only a checkpoint writes down where the new history began.
        await primary.RunToolAsync("psql", "-h", "127.0.0.1", "-p", primary.Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-c", "CHECKPOINT");
        var source = string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={primary.Port} user=postgres dbname=postgres");
        var own = await File.ReadAllTextAsync(Path.Combine(Data, "postgresql.conf"));
        await RunAsOwnerAsync("pg_rewind", ["-D", Data, "--source-server", source, "--write-recovery-conf", "--no-sync"]);

        // The other server's files came along, its port among them.
        await File.WriteAllTextAsync(Path.Combine(Data, "postgresql.conf"), own);
        await StartAsync();
    }

    private static async Task<PostgresServer> StartAsync(string binaries, bool durable, Func<PostgresServer, Task> createAsync)
    {
        // The server's user must be able to walk to its folder, which the machine's folder for temporary files allows.
        var folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-postgres-").FullName;
        var server = new PostgresServer(binaries, folder, FreePort.Take());
        try
        {
            await ServerTools.GiveToOwnerAsync(folder);
            await createAsync(server);
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
            await ServerTools.WatchAsync(folder, server.ProcessFile);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync()
    {
        var log = Path.Combine(_folder, "log");
        try
        {
            await RunAsOwnerAsync("pg_ctl", ["start", "--wait", "-D", Data, "-l", log]);
        }
        catch (InvalidOperationException refused) when (File.Exists(log))
        {
            throw new InvalidOperationException($"{refused.Message}\n{string.Join('\n', File.ReadLines(log).TakeLast(30))}", refused);
        }
    }

    /// <summary>Ends every process of the server at once, without a checkpoint.</summary>
    public Task KillAsync() => RunAsOwnerAsync("pg_ctl", ["stop", "--wait", "--mode=immediate", "-D", Data]);

    /// <summary>Sends every process of the server a signal, such as STOP or CONT.</summary>
    public async Task SignalAsync(string signal)
    {
        var first = (await File.ReadAllLinesAsync(ProcessFile))[0].Trim();
        await ServerTools.RunAsync("/bin/kill", [$"-{signal}", first]);
        var others = (await File.ReadAllTextAsync($"/proc/{first}/task/{first}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await ServerTools.RunAsync("/bin/sh", ["-c", $"kill -{signal} {string.Join(' ', others)}; true"]);
    }

    /// <summary>Ends every process of the server by SIGKILL.</summary>
    public async Task KillHardAsync()
    {
        // The first one stands still, so that it starts no other meanwhile.
        await SignalAsync("STOP");
        var first = (await File.ReadAllLinesAsync(ProcessFile))[0].Trim();
        var others = (await File.ReadAllTextAsync($"/proc/{first}/task/{first}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await ServerTools.RunAsync("/bin/kill", ["-KILL", first, .. others]);
        await Eventually.HoldsAsync(
            async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                return others.Append(first).All(static process => !Directory.Exists($"/proc/{process}") || IsDead(process));
            },
            "the processes have gone");

        // A dead process that nobody has waited for yet still counts as alive where the next one looks for the owner of these.
        File.Delete(ProcessFile);
        File.Delete(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{_port}.lock")));
    }

    /// <summary>Changes a setting of the server that it reads again at once.</summary>
    public Task SetAsync(string setting, string value) => RunToolAsync(
        "psql", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-c", $"ALTER SYSTEM SET {setting} = '{value}'", "-c", "SELECT pg_reload_conf()");

    /// <summary>Runs a tool of PostgreSQL.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunToolAsync(string tool, params string[] arguments) => ServerTools.RunAsync(Path.Combine(_binaries, tool), arguments);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(ProcessFile))
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private string ProcessFile => Path.Combine(Data, "postmaster.pid");

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

    private Task RunAsOwnerAsync(string tool, string[] arguments) => ServerTools.RunAsOwnerAsync(Path.Combine(_binaries, tool), arguments, _folder);
}
