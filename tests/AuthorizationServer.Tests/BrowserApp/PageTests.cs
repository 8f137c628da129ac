using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.Playwright;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The app's page itself.</summary>
[TestFixture]
internal sealed class PageTests : BrowserTest
{
    [Test]
    public async Task Page_shows_no_token_in_full()
    {
        var (page, login) = await SignInAsync(new AppSettings());
        await page.RefreshAsync();
        var refresh = await Traffic.NextSuccessAsync();

        var text = await page.Tab.ContentAsync();

        foreach (var call in (TokenCall[])[login, refresh])
        {
            text.Should().NotContain(call.RefreshToken).And.NotContain(call.AccessToken);
            text.Should().NotContain(call.Answer.GetProperty("id_token").GetString());
        }

        text.Should().NotContain(login.Sent["code"]).And.NotContain(login.Sent["code_verifier"]);
        await page.Tab.Locator($"text=refresh_token=…{refresh.RefreshToken[^6..]}").First.WaitForAsync();
    }

    [Test]
    public async Task Page_runs_no_inline_script()
    {
        var page = await OpenAppAsync(new AppSettings());

        await page.Tab.EvaluateAsync(
            """
            () => {
              const script = document.createElement('script');
              script.textContent = 'document.title = "breached"';
              document.body.append(script);
            }
            """);

        (await page.Tab.TitleAsync()).Should().Be("Demo app");
        Complaints.Expect("inline script");
    }

    [Test]
    public async Task Page_is_used_with_the_keyboard_alone()
    {
        var page = await OpenAppAsync(new AppSettings());

        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.PressAsync("Enter");
        await page.Tab.Locator("[name=username]:focus").WaitForAsync();
        await page.Tab.Keyboard.TypeAsync("alice");
        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.TypeAsync("pw");
        await page.Tab.Keyboard.PressAsync("Enter");
        await page.ShouldBeSignedInAsync();
        await page.Tab.Keyboard.PressAsync("Tab");
        await page.Tab.Keyboard.PressAsync("Enter");

        await page.WaitUntilDoneAsync(2);
        (await page.MessageTextAsync()).Should().StartWith("New access token");
    }

    [Test]
    public async Task Settings_form_changes_what_the_app_does()
    {
        var page = await OpenAppAsync(new AppSettings());

        await page.Tab.Locator("[name=client]").SelectOptionAsync("spa-leeway");
        await page.Tab.Locator("[name=storage][value=localstorage]").CheckAsync();
        await page.Tab.Locator("[name=body][value=json]").CheckAsync();
        await page.Tab.EvaluateAsync("() => { document.body.dataset.done = 'before'; }");
        await page.Tab.Locator("#settings [type=submit]").ClickAsync();
        await page.WaitUntilDoneAsync(1);
        await page.SignInAsync();

        var login = await Traffic.NextSuccessAsync();
        login.Sent["client_id"].Should().Be("spa-leeway");
        login.ContentType.Should().StartWith("application/json");
        await page.WaitForStoredAsync(login.RefreshToken);
        (await page.Tab.Locator("[name=body][value=json]").IsCheckedAsync()).Should().BeTrue();
    }

    [Test]
    public async Task Page_fits_a_phone_in_both_colour_schemes()
    {
        var (page, _) = await SignInAsync(new AppSettings());
        await page.Tab.SetViewportSizeAsync(360, 740);
        await page.RefreshAsync();

        (await page.Tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.Tab.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            var channels = await page.Tab.EvaluateAsync<int[]>("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)");
            channels.Average().Should().Match(average => scheme == ColorScheme.Dark ? average < 64 : average > 192);
        }
    }
}
