using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Operator;

/// <summary>axe-core finds nothing to complain about.</summary>
[TestFixture]
internal sealed class AccessibilityTests : OperatorTest
{
    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Sessions_are_accessible(ColorScheme scheme)
    {
        var page = await OpenAsync("/sessions", "alice");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });

        await Axe.ShouldFindNothingAsync(page);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Administration_is_accessible(ColorScheme scheme)
    {
        var page = await OpenSettingsAsync("spa");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });

        await Axe.ShouldFindNothingAsync(page);
    }
}
