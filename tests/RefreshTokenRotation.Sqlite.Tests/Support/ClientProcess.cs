using System.Diagnostics;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

/// <summary>Starts a process of its own that uses a file: see the crash client.</summary>
internal static class ClientProcess
{
    public static Process Start(string mode, string path, SqliteDurability durability = SqliteDurability.Full)
    {
        var client = Path.Combine(AppContext.BaseDirectory, "RefreshTokenRotation.Sqlite.CrashClient.dll");
        return Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [client, mode, path, durability.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }
}
