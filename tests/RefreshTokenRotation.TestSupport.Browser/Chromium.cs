using Microsoft.Playwright;

namespace RefreshTokenRotation.TestSupport.Browser;

/// <summary>The machine's own Chromium, without a window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Variable = "REFRESH_TOKEN_ROTATION_CHROMIUM";

    // The sandbox needs rights that a container has not; pages are drawn by the processor alone; the rest keeps the browser from calling home.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    /// <summary>Starts the one that an environment variable names, or Debian's.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : "/usr/bin/chromium-headless-shell";
        if (!File.Exists(program))
        {
            throw new InvalidOperationException(
                $"These tests need Chromium. Run ./test.sh, which installs it on Debian and Ubuntu, or name its program in {Variable}.");
        }

        var playwright = await Playwright.CreateAsync();
        try
        {
            return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Flags }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
