using IdentityApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>The sample's page in a real browser. <c>IDENTITY_PICTURES</c> names a folder for pictures of it.</summary>
[TestFixture]
internal sealed class SamplePageTests
{
    private const string Laptop = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1";

    private TemporaryFolder _folder = null!;
    private WebApplication _app = null!;
    private Chromium _chromium = null!;
    private List<(IBrowserContext Context, Complaints Complaints)> _browsers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        _app = await Api.BuildAsync(["--urls", "http://127.0.0.1:0", "--Database", _folder.PathOf("app.db"), "--Logging:LogLevel:Default", "None"]);
        await _app.StartAsync();
        _chromium = await Chromium.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _chromium.DisposeAsync();
        await _app.DisposeAsync();
        await NpmPackages.RemoveAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [SetUp]
    public void Open() => _browsers = [];

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var (context, complaints) in _browsers)
        {
            await context.CloseAsync();
            complaints.Verify();
        }
    }

    [Test]
    public async Task User_sees_each_device_ends_another_and_logs_out()
    {
        const string Email = "alice@example.com";
        var laptop = await OpenAsync(Laptop);
        await RegisterAsync(laptop, Email);
        await LogInAsync(laptop, Email, "wrong");
        await StatusAsync(laptop, "Wrong e-mail address or password.");
        await PictureAsync(laptop, "log-in", 1280);
        await PictureAsync(laptop, "log-in", 360);
        await LogInAsync(laptop, Email);
        await Rows(laptop).WaitForAsync();
        (await laptop.Locator("#who").TextContentAsync()).Should().Be(Email);

        var phone = await OpenAsync(Phone);
        await LogInAsync(phone, Email);
        await Rows(phone).Nth(1).WaitForAsync();
        await PressAsync(laptop, "Refresh");
        await StatusAsync(laptop, "Refreshed. The previous token no longer works.");
        var row = Rows(laptop).Filter(new() { HasText = "Safari on iPhone" });
        (await row.Locator("em").IsVisibleAsync()).Should().BeFalse();
        var own = Rows(laptop).Filter(new() { HasText = "Chrome on Linux" });
        (await own.Locator("em").IsVisibleAsync()).Should().BeTrue();
        (await own.TextContentAsync()).Should().Contain("Refreshed");
        await PictureAsync(laptop, "sessions", 1280);
        await PictureAsync(laptop, "sessions", 360);

        await row.GetByRole(AriaRole.Button, new() { Name = "End" }).ClickAsync();
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        (await Rows(laptop).CountAsync()).Should().Be(1);
        await PressAsync(phone, "Refresh");
        await StatusAsync(phone, "This session has ended. Log in again.");
        (await phone.Locator("#login").IsVisibleAsync()).Should().BeTrue();

        await PressAsync(laptop, "Log out");
        await StatusAsync(laptop, "You have logged out.");
        (await laptop.Locator("#login").IsVisibleAsync()).Should().BeTrue();
        (await laptop.Locator("#session").IsVisibleAsync()).Should().BeFalse();
    }

    [Test]
    public async Task User_ends_all_others_and_a_replay_ends_the_session()
    {
        const string Email = "bob@example.com";
        var laptop = await OpenAsync(Laptop);
        await RegisterAsync(laptop, Email);
        await LogInAsync(laptop, Email);
        await Rows(laptop).WaitForAsync();
        var phone = await OpenAsync(Phone);
        await LogInAsync(phone, Email);
        await Rows(phone).Nth(1).WaitForAsync();

        await PressAsync(phone, "End all others");
        await StatusAsync(phone, "All other sessions have ended.");
        (await Rows(phone).CountAsync()).Should().Be(1);
        await PressAsync(laptop, "Refresh");
        await StatusAsync(laptop, "This session has ended. Log in again.");

        await phone.Locator("summary").ClickAsync();
        await PictureAsync(phone, "theft", 360);
        await PressAsync(phone, "Replay the first token");
        await StatusAsync(phone, "The replay was detected: the session has ended.");
        (await phone.Locator("#login").IsVisibleAsync()).Should().BeTrue();
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Page_is_accessible_and_fits_a_phone(ColorScheme scheme)
    {
        var email = $"{scheme}@example.com";
        var page = await OpenAsync(Phone);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await page.SetViewportSizeAsync(360, 740);
        await ShouldFitAsync();
        await RegisterAsync(page, email);
        await LogInAsync(page, email);
        await Rows(page).WaitForAsync();
        await page.Locator("summary").ClickAsync();
        await PictureAsync(page, $"sessions-{scheme}", 360);
        await ShouldFitAsync();

        async Task ShouldFitAsync()
        {
            await Axe.ShouldFindNothingAsync(page);
            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        }
    }

    private async Task<IPage> OpenAsync(string device)
    {
        var context = await _chromium.Browser.NewContextAsync(new() { UserAgent = device });
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var complaints = new Complaints(context);
        complaints.AllowStatus(401);
        _browsers.Add((context, complaints));
        var page = await context.NewPageAsync();
        await page.GotoAsync(_app.Urls.Single());
        return page;
    }

    private static async Task RegisterAsync(IPage page, string email)
    {
        await page.Locator("[name=email]").FillAsync(email);
        await page.Locator("[name=password]").FillAsync(Host.Password);
        await PressAsync(page, "Register");
        await StatusAsync(page, "Registered. You can log in now.");
    }

    private static async Task LogInAsync(IPage page, string email, string password = Host.Password)
    {
        await page.Locator("[name=email]").FillAsync(email);
        await page.Locator("[name=password]").FillAsync(password);
        await PressAsync(page, "Log in");
    }

    private static Task PressAsync(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    private static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasTextString = text }).WaitForAsync();

    private static ILocator Rows(IPage page) => page.Locator("#list > li");

    private static async Task PictureAsync(IPage page, string name, int width)
    {
        if (Environment.GetEnvironmentVariable("IDENTITY_PICTURES") is { Length: > 0 } folder)
        {
            await page.SetViewportSizeAsync(width, 740);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true });
        }
    }
}
