using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.Playwright;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>axe-core finds nothing to complain about.</summary>
[TestFixture]
internal sealed class AxeTests : LabTest
{
    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Lab_is_accessible(ColorScheme scheme)
    {
        var page = await OpenLabAsync();
        await page.Tab.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await Axe.ShouldFindNothingAsync(page.Tab);
        await page.ChooseAsync("mobile");
        await page.PlayAsync("tailgate");
        await Axe.ShouldFindNothingAsync(page.Tab);
    }

    [TestCase("/", ColorScheme.Light)]
    [TestCase("/", ColorScheme.Dark)]
    [TestCase("/login", ColorScheme.Light)]
    [TestCase("/login", ColorScheme.Dark)]
    [TestCase("/activate", ColorScheme.Light)]
    public async Task Page_is_accessible(string path, ColorScheme scheme)
    {
        var tab = await Context.NewPageAsync();
        await tab.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await tab.GotoAsync(Server.Origin + path);

        await Axe.ShouldFindNothingAsync(tab);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task App_and_home_of_a_user_are_accessible(ColorScheme scheme)
    {
        var (page, _) = await SignInAsync(new AppSettings());
        await page.Tab.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });

        await Axe.ShouldFindNothingAsync(page.Tab);
        await page.Tab.GotoAsync(Server.Origin + "/");
        await Axe.ShouldFindNothingAsync(page.Tab);
    }

    [Test]
    public async Task Page_with_a_fault_is_found()
    {
        var page = await OpenLabAsync();
        await page.Tab.EvaluateAsync("() => document.querySelector('#now').insertAdjacentHTML('afterend', '<img src=/app/icon.svg>')");

        (await Axe.ViolationsAsync(page.Tab)).Should().Contain(violation => violation.StartsWith("image-alt", StringComparison.Ordinal));
    }
}
