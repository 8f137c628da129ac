using System.Diagnostics;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.TestSupport.Browser;

/// <summary>The packages of the folder <c>Npm</c>, installed once for all tests.</summary>
internal static class NpmPackages
{
    private static readonly Lazy<Task<DirectoryInfo>> Installation = new(InstallAsync);

    /// <summary>The folder that npm filled.</summary>
    public static async Task<string> InstalledAsync() => Path.Combine((await Installation.Value).FullName, "node_modules");

    public static async Task RemoveAsync()
    {
        if (Installation.IsValueCreated)
        {
            (await Installation.Value).Delete(recursive: true);
        }
    }

    private static async Task<DirectoryInfo> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("AuthorizationServer-");
        var source = Repository.PathOf("tests", "AuthorizationServer.Tests", "BrowserApp", "Npm");
        foreach (var name in (string[])["package.json", "package-lock.json", ".npmrc"])
        {
            File.Copy(Path.Combine(source, name), Path.Combine(folder.FullName, name));
        }

        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--prefer-offline"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        using var limit = new ProcessLimit(npm);
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await limit.WaitForExitAsync();
        npm.ExitCode.Should().Be(0, "npm says {0} {1}", await output, await errors);
        return folder;
    }
}
