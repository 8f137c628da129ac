using Microsoft.Playwright;

namespace AuthorizationServer.Tests.Browser;

/// <summary>The machine's own Chromium, started once for all tests: the one that an environment variable names, or Debian's.</summary>
[SetUpFixture]
public sealed class Chromium
{
    private const string Variable = "REFRESH_TOKEN_ROTATION_CHROMIUM";

    // The sandbox needs rights that a container has not; the rest keeps the browser from calling home.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static IPlaywright? _playwright;
    private static IBrowser? _browser;

    internal static IBrowser Browser => _browser ?? throw new InvalidOperationException("The browser has not started.");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : "/usr/bin/chromium";
        if (!File.Exists(program))
        {
            throw new InvalidOperationException(
                $"These tests need Chromium. Run ./test.sh, which installs it on Debian and Ubuntu, or name its program in {Variable}.");
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Flags });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
