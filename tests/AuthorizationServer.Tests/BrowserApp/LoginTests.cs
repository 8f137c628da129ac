using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Tests.BrowserApp;

[TestFixture]
internal sealed class LoginTests : BrowserTest
{
    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Login_by_redirect_uses_pkce_and_signs_the_user_in(string storage)
    {
        var authorize = new TaskCompletionSource<Uri>();
        Context.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { AbsolutePath: "/authorize" } address)
            {
                authorize.TrySetResult(address);
            }
        };

        var (page, login) = await SignInAsync(new AppSettings { Storage = storage });

        var asked = QueryHelpers.ParseQuery((await authorize.Task).Query);
        asked["code_challenge_method"].ToString().Should().Be("S256");
        asked["response_type"].ToString().Should().Be("code");
        login.GrantType.Should().Be("authorization_code");
        login.Sent.Should().ContainKey("code_verifier").And.NotContainKey("client_secret");
        (await page.Tab.Locator("h2").First.InnerTextAsync()).Should().Be("Hello, Alice Example");
        (await page.Tab.Locator("#claims").InnerTextAsync()).Should().Contain($"{Server.Origin}/");
        page.Tab.Url.Should().Be(AppAddress, "the code has gone from the address");
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Login_by_popup_signs_the_user_in_and_closes_the_popup(string storage)
    {
        var page = await OpenAppAsync(new AppSettings { Storage = storage });

        await page.SignInWithPopupAsync("bob");

        await page.ShouldBeSignedInAsync();
        (await Traffic.NextSuccessAsync()).GrantType.Should().Be("authorization_code");
        (await page.Tab.Locator("h2").First.InnerTextAsync()).Should().Be("Hello, Bob Example");
        Context.Pages.Should().ContainSingle();
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task App_on_an_origin_of_its_own_signs_in_refreshes_calls_the_api_and_comes_back_from_log_out(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Storage = storage }, Apps.Origin + "/");

        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(login.RefreshToken);
        await page.DoAsync("call");
        (await page.MessageTextAsync()).Should().Be("The API greets alice: Hello.");
        await page.PressAsync("logout");
        await page.ShouldBeSignedOutAsync();
        page.Tab.Url.Should().Be(Apps.Origin + "/");
    }

    [Test]
    public async Task App_on_an_origin_of_its_own_signs_in_by_popup_and_refreshes_by_frame()
    {
        var page = await OpenAppAsync(new AppSettings { Fallback = true }, Apps.Origin + "/");
        await page.SignInWithPopupAsync();
        await page.ShouldBeSignedInAsync();

        // Memory is empty after this; the session of the server is not.
        await page.ReloadAsync();

        await page.ShouldBeSignedInAsync();
        await Traffic.NextSuccessAsync();
        (await Traffic.NextSuccessAsync()).GrantType.Should().Be("authorization_code");
    }

    [Test]
    public async Task Log_out_ends_the_session_so_that_a_silent_call_is_told_to_log_in()
    {
        var settings = new AppSettings { Storage = AppSettings.LocalStorage, Fallback = true };
        var (page, _) = await SignInAsync(settings);

        await page.PressAsync("logout");
        await page.ShouldBeSignedOutAsync();
        var error = await page.Tab.EvaluateAsync<string>(
            """
            async settings => {
              const { createClient } = await import('/app/client.js');
              return createClient(settings, 'test').getTokenSilently().then(() => 'a token', error => error.error);
            }
            """,
            new { server = Server.Origin, client = "spa", audience = "https://api1", storage = "localstorage", body = "form", fallback = true });

        error.Should().Be("login_required");
        Traffic.IsEmpty.Should().BeTrue("nothing but the log-in has asked for tokens");
    }

    [Test]
    public async Task Log_out_makes_the_next_log_in_ask_for_the_password()
    {
        var (page, _) = await SignInAsync(new AppSettings());

        await page.PressAsync("logout");
        await page.ShouldBeSignedOutAsync();

        await page.SignInAsync("bob");
        (await page.Tab.Locator("h2").First.InnerTextAsync()).Should().Be("Hello, Bob Example");
    }
}
