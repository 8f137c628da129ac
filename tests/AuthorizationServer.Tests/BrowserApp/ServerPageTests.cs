using AuthorizationServer.Tests.BrowserApp.Support;
using AuthorizationServer.Tests.Support;
using Microsoft.Playwright;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The server's own pages, by a browser that takes their content security policy at its word.</summary>
[TestFixture]
internal sealed class ServerPageTests : BrowserTest
{
    [Test]
    public async Task Consent_leads_to_the_app_on_an_origin_of_its_own()
    {
        var tab = await Context.NewPageAsync();
        await tab.GotoAsync(Server.Origin + new CodeRequest("spa", ("prompt", "consent"), ("redirect_uri", Apps.Origin + "/")).Address);
        var callback = tab.WaitForRequestAsync(request => request.Url.StartsWith($"{Apps.Origin}/?code=", StringComparison.Ordinal));
        await SignInAsync(tab);

        await tab.Locator("[value=allow]").ClickAsync();

        (await callback).Url.Should().Contain("state=state-1");
        await tab.Locator("body[data-done]").WaitForAsync();
    }

    [Test]
    public async Task User_connects_a_device_and_finds_it_on_a_phone()
    {
        using var device = new Backend(Server.Origin);
        var codes = await device.PostAsync("/oauth/device/code", ("client_id", "tv"), ("scope", "offline_access"));
        var tab = await Context.NewPageAsync();
        await tab.SetViewportSizeAsync(360, 740);
        await tab.GotoAsync($"{Server.Origin}/activate");
        await SignInAsync(tab);

        await tab.Locator("[name=user_code]").FillAsync(codes["user_code"]!.ToLowerInvariant().Replace('-', ' '));
        await tab.Locator("[type=submit]").ClickAsync();
        await tab.Locator("[value=allow]").ClickAsync();
        await tab.GetByText("Your device is connected").WaitForAsync();
        var tokens = await device.TokenAsync(
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "tv"), ("device_code", codes["device_code"]));
        await tab.GotoAsync(Server.Origin);

        tokens["refresh_token"].Should().NotBeNull();
        (await tab.Locator("td", new PageLocatorOptions { HasTextString = "tv" }).First.IsVisibleAsync()).Should().BeTrue();
        (await tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        (await tab.EvaluateAsync<double>("() => Math.min(...[...document.querySelectorAll('td')].map(cell => cell.clientWidth))"))
            .Should().BeGreaterThan(200, "a column of single letters is not to be read");
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Log_out_that_the_user_did_not_ask_for_is_a_question(ColorScheme scheme)
    {
        var tab = await Context.NewPageAsync();
        await tab.SetViewportSizeAsync(360, 740);
        await tab.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await tab.GotoAsync($"{Server.Origin}/login");
        await SignInAsync(tab);
        await tab.GetByText("Hello, Alice Example").WaitForAsync();

        await tab.GotoAsync($"{Server.Origin}/v2/logout?client_id=spa&returnTo={Uri.EscapeDataString(Apps.Origin + "/")}");

        await tab.GetByText("Sign out?").WaitForAsync();
        await Axe.ShouldFindNothingAsync(tab);
        (await tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        await tab.GetByText("Stay signed in").ClickAsync();
        await tab.GetByText("Hello, Alice Example").WaitForAsync();
        await tab.GoBackAsync();
        await tab.Locator("[type=submit]").ClickAsync();
        await tab.WaitForURLAsync($"{Apps.Origin}/");
        await tab.GotoAsync(Server.Origin);
        await tab.Locator("a[href='/login']").First.WaitForAsync();
    }

    [Test]
    public async Task Answer_by_form_waits_for_a_button_where_scripts_are_off()
    {
        await using var context = await Stage.Browser.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        var tab = await context.NewPageAsync();
        await tab.GotoAsync(Server.Origin + new CodeRequest("spa", ("response_mode", "form_post"), ("redirect_uri", Apps.Origin + "/")).Address);
        await SignInAsync(tab);
        var callback = tab.WaitForRequestAsync(request => request.Url == $"{Apps.Origin}/" && request.Method == "POST");

        await tab.GetByText("Continue").ClickAsync();

        (await callback).PostData.Should().Contain("code=").And.Contain("state=state-1");
    }

    [Test]
    public async Task Log_in_page_is_not_shown_in_a_frame_of_another_origin()
    {
        var page = await OpenAppAsync(new AppSettings(), Apps.Origin + "/");

        await page.Tab.EvaluateAsync(
            """
            address => new Promise(loaded => {
              const frame = Object.assign(document.createElement('iframe'), { src: address, onload: loaded });
              document.body.append(frame);
            })
            """,
            $"{Server.Origin}/login");

        (await page.Tab.FrameLocator("iframe").Locator("[name=password]").CountAsync()).Should().Be(0);
        Complaints.Expect("frame-ancestors");
    }

    private static async Task SignInAsync(IPage tab)
    {
        await tab.Locator("[name=username]").FillAsync("alice");
        await tab.Locator("[name=password]").FillAsync("pw");
        await tab.Locator("[type=submit]").ClickAsync();
    }
}
