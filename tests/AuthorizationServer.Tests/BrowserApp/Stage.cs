using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>What all tests in the browser share: the machine's own Chromium, a server, and a host of the app on another origin.</summary>
[SetUpFixture]
public sealed class Stage
{
    // Clients whose settings one test each changes, and users whose sessions one test each ends.
    private static readonly string[] Operated =
    [
        .. ((string[])["op-behaviour", "op-keyboard", "op-conflict", "op-reset", "op-end", "op-preview"]).SelectMany(client => (string[])
        [
            $"--Clients:{client}:GrantTypes:0", "password",
            $"--Clients:{client}:GrantTypes:1", "refresh_token",
            $"--Clients:{client}:DefaultAudience", "https://api1",
        ]),
        .. ((string[])["carol", "dave", "erin"]).SelectMany(user => (string[])[$"--Users:{user}:Password", "pw"]),
    ];

    // Where the apps of BrowserApp/RelyingParties listen: their addresses must be registered before the server starts.
    internal static readonly int MicrosoftPort = FreePort.Take();
    internal static readonly int OpenIddictPort = FreePort.Take();

    private static readonly string[] RelyingParties =
    [
        "--Clients:web:RedirectUris:50", $"http://localhost:{MicrosoftPort}/signin-oidc",
        "--Clients:web:RedirectUris:51", $"http://localhost:{OpenIddictPort}/callback/login",
        "--Clients:web:LogoutUris:50", $"http://localhost:{MicrosoftPort}/signout-callback-oidc",
        "--Clients:web:LogoutUris:51", $"http://localhost:{OpenIddictPort}/callback/logout",
    ];

    private static Chromium? _chromium;
    private static ServerProcess? _server;
    private static AppHost? _apps;

    internal static IBrowser Browser => _chromium?.Browser ?? throw new InvalidOperationException("The browser has not started.");

    internal static ServerProcess Server => _server!;

    internal static AppHost Apps => _apps!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _chromium = await Chromium.StartAsync();
        _apps = await AppHost.StartAsync();
        _server = await ServerProcess.StartAsync([
            .. SharedServer.InMemory,
            .. Operated,
            .. RelyingParties,
            "--AppOrigin", _apps.Origin,
            // The same app from another site. The index is beyond those of appsettings.json.
            "--Clients:spa:RedirectUris:50", $"{_apps.ForeignOrigin}/",
            "--Clients:spa:WebOrigins:50", _apps.ForeignOrigin,
        ]);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_apps is not null)
        {
            await _apps.DisposeAsync();
        }

        await NpmPackages.RemoveAsync();
    }
}
