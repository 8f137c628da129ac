using System.Diagnostics;
using System.Globalization;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.MariaDb.Tests.Support;

/// <summary>A throw-away MariaDB on a free loopback port, from the installed binaries, in a temporary folder. Commits survive the end of its process.</summary>
internal sealed class MariaDbServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-mariadb-").FullName;
    private readonly int _port = FreePort.Take();
    private Process? _process;

    private MariaDbServer()
    {
    }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Server=127.0.0.1;Port={_port};User ID=root;SslMode=Disabled");

    /// <summary>Starts a server.</summary>
    /// <param name="durable">Whether a commit waits for the disk.</param>
    /// <param name="isReadyAsync">Whether a connection can be opened.</param>
    public static async Task<MariaDbServer> StartAsync(Func<string, Task<bool>> isReadyAsync, bool durable = false)
    {
        var server = new MariaDbServer();
        try
        {
            await ServerTools.RunAsync(
                "mariadb-install-db", ["--no-defaults", .. User, $"--datadir={server.Data}", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]);
            await server.RunAsync(isReadyAsync, durable);
            await ServerTools.WatchAsync(server._folder, server.ProcessFile);
            return server;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException("These tests need MariaDB's server: ./test.sh installs it, by tests/install-mariadb.sh.", missing);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, again after <see cref="KillAsync"/>.</summary>
    public Task RunAsync(Func<string, Task<bool>> isReadyAsync, bool durable = false)
    {
        var binary = File.Exists("/usr/sbin/mariadbd") ? "/usr/sbin/mariadbd" : "mariadbd";
        _process = Process.Start(new ProcessStartInfo(binary,
        [
            "--no-defaults", .. User, $"--datadir={Data}", $"--socket={Path.Combine(_folder, "socket")}", $"--pid-file={ProcessFile}", $"--log-error={Path.Combine(_folder, "log")}",
            string.Create(CultureInfo.InvariantCulture, $"--port={_port}"), "--bind-address=127.0.0.1", "--skip-name-resolve", "--max-connections=1000",
            "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=64M", $"--innodb-flush-log-at-trx-commit={(durable ? 1 : 2)}", "--performance-schema=OFF",
        ]))!;
        return Eventually.HoldsAsync(() => isReadyAsync(ConnectionString), "the server accepts connections");
    }

    /// <summary>Ends its process at once (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] User => Environment.IsPrivilegedProcess ? ["--user=root"] : [];

    private string Data => Path.Combine(_folder, "data");

    private string ProcessFile => Path.Combine(_folder, "pid");
}
