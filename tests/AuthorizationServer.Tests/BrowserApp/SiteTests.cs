using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The site of the documents, as <c>docs/build.sh --pages</c> builds it: without a warning, and readable on a desktop and on a phone.</summary>
[TestFixture]
internal sealed class SiteTests
{
    private static readonly string Folder = Repository.PathOf("artifacts", "site-test");

    private WebApplication _site = null!;
    private string _origin = null!;

    [OneTimeSetUp]
    public async Task BuildAsync()
    {
        var built = await Dotnet.RunProgramAsync("bash", Repository.Root, new Dictionary<string, string?> { ["SITE"] = Folder }, "docs/build.sh", "--pages");
        built.Should().Contain(" 0 warning(s)");

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _site = builder.Build();
        _site.Urls.Add("http://127.0.0.1:0");
        _site.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(Folder), StaticFileOptions = { ServeUnknownFileTypes = true } });
        await _site.StartAsync();
        _origin = _site.Urls.Single();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _site.DisposeAsync();

    [Test, Combinatorial]
    public async Task Page_fits_the_screen_and_complains_of_nothing(
        [Values("docs/index.html", "docs/rotation.html", "docs/configuration.html")] string page, [Values(1280, 360)] int width, [Values] bool dark)
    {
        await using var context = await Stage.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var complaints = new Complaints(context);
        var tab = await context.NewPageAsync();

        await tab.GotoAsync($"{_origin}/{page}", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        await tab.Locator("article h1").WaitForAsync();
        (await tab.EvaluateAsync<string>("() => document.documentElement.getAttribute('data-bs-theme')")).Should().Be(dark ? "dark" : "light");
        (await tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(width, "nothing makes the page scroll sideways");
        (await tab.EvaluateAsync<bool>("() => [...document.querySelectorAll('article img')].every(image => image.complete && image.naturalWidth > 0)")).Should().BeTrue();
        if (page == "docs/rotation.html")
        {
            await tab.Locator("article .mermaid svg, article pre svg").First.WaitForAsync();
        }

        if (Environment.GetEnvironmentVariable("SITE_PICTURES") is { Length: > 0 } pictures)
        {
            await tab.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, $"{Path.GetFileNameWithoutExtension(page)}-{width}-{(dark ? "dark" : "light")}.png") });
        }

        complaints.Verify();
    }

    [Test]
    public async Task Search_finds_a_page()
    {
        await using var context = await Stage.Browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 } });
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var tab = await context.NewPageAsync();
        await tab.GotoAsync($"{_origin}/docs/index.html", new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });

        await tab.Locator("#search-query").FillAsync("PgBouncer");

        await tab.Locator("#search-results .item-title", new PageLocatorOptions { HasText = "PostgreSQL" }).First.WaitForAsync();
    }
}
