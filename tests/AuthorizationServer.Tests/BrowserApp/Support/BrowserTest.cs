using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>A test with a browser of its own (a context, without cookies or storage) and a server.</summary>
internal abstract class BrowserTest
{

    private IBrowserContext? _context;
    private TokenTraffic? _traffic;
    private Complaints? _complaints;

    /// <summary>The server, which another may stand in for.</summary>
    protected virtual ServerProcess Server => Stage.Server;

    /// <summary>The app on origins of its own.</summary>
    protected static AppHost Apps => Stage.Apps;

    protected IBrowserContext Context => _context!;

    protected TokenTraffic Traffic => _traffic!;

    protected Complaints Complaints => _complaints!;

    /// <summary>The app where the server itself serves it.</summary>
    protected string AppAddress => $"{Server.Origin}/app/";

    [SetUp]
    public async Task OpenContextAsync()
    {
        _context = await Stage.Browser.NewContextAsync();
        _context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        _traffic = new TokenTraffic(_context);
        _complaints = new Complaints(_context);
    }

    [TearDown]
    public async Task CloseContextAsync()
    {
        if (TestContext.CurrentContext.Result.FailCount > 0)
        {
            TestContext.Out.WriteLine(Server.Output);
        }

        await Context.CloseAsync();
        Complaints.Verify();
    }

    /// <summary>Opens the app in a new tab with these settings.</summary>
    protected async Task<AppPage> OpenAppAsync(AppSettings settings, string? address = null)
    {
        var page = new AppPage(await Context.NewPageAsync(), address ?? AppAddress);
        var json = (settings with { Server = settings.Server ?? Server.Origin }).ToJson();
        await page.Tab.AddInitScriptAsync(
            $$"""
            if (location.origin === '{{new Uri(page.Address).GetLeftPart(UriPartial.Authority)}}' && !localStorage.getItem('demo-settings')) {
              localStorage.setItem('demo-settings', '{{json}}');
            }
            """);
        await page.OpenAsync();
        return page;
    }

    /// <summary>Opens the app, signs alice in by redirect and hands out the answer that her code was exchanged for.</summary>
    protected async Task<(AppPage Page, TokenCall Login)> SignInAsync(AppSettings settings, string? address = null)
    {
        var page = await OpenAppAsync(settings, address);
        await page.SignInAsync();
        return (page, await Traffic.NextSuccessAsync());
    }
}
