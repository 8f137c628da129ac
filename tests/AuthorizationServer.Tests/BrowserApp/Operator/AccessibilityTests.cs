using AuthorizationServer.Tests.Operator.Support;
using Microsoft.Playwright;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp.Operator;

/// <summary>axe-core finds nothing to complain about.</summary>
[TestFixture]
internal sealed class AccessibilityTests : OperatorTest
{
    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Sessions_are_accessible(ColorScheme scheme)
    {
        using var device = await Device.SignInAsync(Server.Origin, "alice");
        var page = await OpenAsync("/sessions", "alice");
        await page.Locator(".cards li").First.WaitForAsync();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });

        await Axe.ShouldFindNothingAsync(page);
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Administration_is_accessible(ColorScheme scheme)
    {
        Complaints.AllowStatus(400);
        using var device = await Device.SignInAsync(Server.Origin, "alice");
        var page = await OpenSettingsAsync("spa");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await page.Locator("summary").ClickAsync();
        await page.Locator("[name=user]").FillAsync("alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.Locator("#families > li").First.WaitForAsync();
        await page.Locator("#leeway").FillAsync("soon");
        await PressAsync(page, "Save");
        await page.Locator("#leeway-error:not([hidden])").WaitForAsync();

        await Axe.ShouldFindNothingAsync(page);
    }
}
