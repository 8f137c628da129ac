using System.Diagnostics;

namespace RefreshTokenRotation.Sqlite.Tests.Support;

/// <summary>Starts a process of its own that uses a file: see the crash client.</summary>
internal static class ClientProcess
{
    private const string Client = "RefreshTokenRotation.Sqlite.CrashClient";

    public static Process Start(string mode, string path, SqliteDurability durability = SqliteDurability.Full) =>
        Start(AppContext.BaseDirectory, mode, path, durability);

    /// <summary>Starts it from a copy, beside the file, that lacks the bundle's assembly: as a host that references none.</summary>
    public static Process StartWithoutLibrary(string path)
    {
        var folder = Directory.CreateDirectory(path + "-client").FullName;
        foreach (var assembly in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            if (Path.GetFileName(assembly) is var name and not "SQLitePCLRaw.batteries_v2.dll")
            {
                File.Copy(assembly, Path.Combine(folder, name));
            }
        }

        File.Copy(Path.Combine(AppContext.BaseDirectory, Client + ".runtimeconfig.json"), Path.Combine(folder, Client + ".runtimeconfig.json"));
        return Start(folder, "start", path, SqliteDurability.Full);
    }

    private static Process Start(string folder, string mode, string path, SqliteDurability durability)
    {
        return Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(folder, Client + ".dll"), mode, path, durability.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }
}
