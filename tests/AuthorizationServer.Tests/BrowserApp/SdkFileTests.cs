using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The SDK that the app ships is the one that its makers published.</summary>
[TestFixture]
internal sealed class SdkFileTests
{
    [TestCase("auth0-spa-js.production.esm.js", "dist")]
    [TestCase("auth0-spa-js.worker.production.js", "dist")]
    [TestCase("LICENSE", "")]
    public async Task Shipped_file_is_that_of_the_package(string name, string folder)
    {
        var shipped = Repository.PathOf("samples", "AuthorizationServer", "wwwroot", "app", "vendor", "auth0-spa-js", name);
        var published = Path.Combine(await NpmPackages.InstalledAsync(), "@auth0", "auth0-spa-js", folder, name);

        (await File.ReadAllBytesAsync(shipped)).Should().Equal(await File.ReadAllBytesAsync(published));
    }
}
