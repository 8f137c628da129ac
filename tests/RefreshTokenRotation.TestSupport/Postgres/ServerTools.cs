using System.Diagnostics;
using System.Globalization;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>Starts programs that refuse to run as root, and ends them with this process.</summary>
internal static class ServerTools
{
    /// <summary>Lets the owner of the servers write to a folder.</summary>
    public static Task GiveToOwnerAsync(string folder) =>
        Environment.IsPrivilegedProcess ? RunAsync("chown", ["-R", "postgres", folder]) : Task.CompletedTask;

    /// <summary>PostgreSQL and PgBouncer refuse to run as root, which is its own user's right then.</summary>
    public static Task RunAsOwnerAsync(string file, string[] arguments, string folder) => Environment.IsPrivilegedProcess
        ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", file, .. arguments], folder)
        : RunAsync(file, arguments, folder);

    /// <summary>Stops a server if this process ends without having done so, and deletes its folder.</summary>
    public static Task WatchAsync(string folder, string processFile)
    {
        const string Script = "while kill -0 \"$1\" && [ -d \"$2\" ]; do sleep 1; done; kill -QUIT \"$(head -n 1 \"$3\")\"; rm -rf \"$2\"";

        // In a session of its own, because what ends a test run often ends its whole group of processes.
        return RunAsync("setsid", ["--fork", "/bin/sh", "-c", Script, "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), folder, processFile]);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string file, string[] arguments, string? folder = null)
    {
        // A server inherits what its starter has open: output goes to files of its own, so that nobody waits for it to be closed.
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
