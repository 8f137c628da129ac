using System.Diagnostics;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The SDK that the app ships is the one that its makers published.</summary>
[TestFixture]
internal sealed class SdkFileTests
{
    private const string Package = "node_modules/@auth0/auth0-spa-js";

    private DirectoryInfo _folder = null!;

    [OneTimeSetUp]
    public async Task InstallAsync()
    {
        _folder = Directory.CreateTempSubdirectory("AuthorizationServer-");
        var source = Repository.PathOf("tests", "AuthorizationServer.Tests", "BrowserApp", "Npm");
        foreach (var name in (string[])["package.json", "package-lock.json", ".npmrc"])
        {
            File.Copy(Path.Combine(source, name), Path.Combine(_folder.FullName, name));
        }

        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--prefer-offline"])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        npm.ExitCode.Should().Be(0, "npm says {0} {1}", await output, await errors);
    }

    [OneTimeTearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [TestCase("auth0-spa-js.production.esm.js", "dist")]
    [TestCase("auth0-spa-js.worker.production.js", "dist")]
    [TestCase("LICENSE", "")]
    public void Shipped_file_is_that_of_the_package(string name, string folder)
    {
        var shipped = Repository.PathOf("samples", "AuthorizationServer", "wwwroot", "app", "vendor", "auth0-spa-js", name);
        var published = Path.Combine(_folder.FullName, Package, folder, name);

        File.ReadAllBytes(shipped).Should().Equal(File.ReadAllBytes(published));
    }
}
