using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>A throw-away PgBouncer on a free loopback port, from the installed program. Works as root and as a normal user.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly string _folder;

    private PgBouncer(string folder, int port)
    {
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    private string ProcessFile => Path.Combine(_folder, "pid");

    /// <summary>Starts one before a server.</summary>
    /// <param name="server">The server's port.</param>
    /// <param name="mode">When a session of the server is free for the next client: <c>transaction</c> or <c>session</c>.</param>
    public static async Task<PgBouncer> StartAsync(int server, string mode)
    {
        var folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-pgbouncer-").FullName;
        var pooler = new PgBouncer(folder, FreePort.Take());
        try
        {
            var settings = Path.Combine(folder, "settings.ini");
            await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
                [databases]
                postgres = host=127.0.0.1 port={server} user=postgres
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {pooler.Port}
                unix_socket_dir =
                auth_type = any
                pool_mode = {mode}
                logfile = {Path.Combine(folder, "log")}
                pidfile = {pooler.ProcessFile}
                """));
            await ServerTools.GiveToOwnerAsync(folder);
            await ServerTools.RunAsOwnerAsync(File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : "pgbouncer", ["-d", settings], folder);
            await Eventually.HoldsAsync(() => ListensAsync(pooler.Port), "PgBouncer listens");
            await ServerTools.WatchAsync(folder, pooler.ProcessFile);
            return pooler;
        }
        catch
        {
            await pooler.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(ProcessFile))
        {
            await ServerTools.RunAsync("/bin/kill", ["-TERM", (await File.ReadAllTextAsync(ProcessFile)).Trim()]);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
