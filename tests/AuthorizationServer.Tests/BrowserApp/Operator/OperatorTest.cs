using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Operator;

/// <summary>A test on the pages of administrators and users, signed in.</summary>
internal abstract class OperatorTest : BrowserTest
{
    protected async Task<IPage> OpenAsync(string path, string user)
    {
        var page = await Context.NewPageAsync();
        await page.GotoAsync($"{Server.Origin}{path}");
        if (await page.Locator("[name=password]").CountAsync() > 0)
        {
            await page.Locator("[name=username]").FillAsync(user);
            await page.Locator("[name=password]").FillAsync("pw");
            await page.Locator("[type=submit]").ClickAsync();
        }

        await page.Locator("h1").WaitForAsync();
        return page;
    }

    /// <summary>Opens the administrator's page at a client whose settings have been loaded.</summary>
    protected async Task<IPage> OpenSettingsAsync(string client)
    {
        var page = await OpenAsync("/admin", "admin");
        await WaitForSettingsAsync(page);
        await page.Locator("#client").SelectOptionAsync(client);
        await WaitForSettingsAsync(page);
        return page;
    }

    protected static Task WaitForSettingsAsync(IPage page) => page.Locator("#settings[aria-busy=false]").WaitForAsync();

    /// <summary>Presses a button of the settings and waits until the answer is shown.</summary>
    protected static async Task PressAsync(IPage page, string name)
    {
        await page.Locator("#settings").GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
        await WaitForSettingsAsync(page);
    }

    protected static async Task ShouldFitAPhoneAsync(IPage page, ColorScheme scheme)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await page.SetViewportSizeAsync(360, 740);
        (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        var channels = await page.EvaluateAsync<int[]>("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)");
        channels.Average().Should().Match(average => scheme == ColorScheme.Dark ? average < 64 : average > 192);
    }
}
