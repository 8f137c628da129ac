using AuthorizationServer.Tests.BrowserApp.Support;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The SDK has no refresh token, and may ask the session of the server in a hidden frame.</summary>
[TestFixture]
internal sealed class FallbackTests : BrowserTest
{
    [Test]
    public async Task Empty_cache_with_the_fallback_is_filled_from_the_session()
    {
        var (page, login) = await SignInAsync(new AppSettings { Fallback = true });

        await page.ReloadAsync();

        await page.ShouldBeSignedInAsync();
        var fresh = await Traffic.NextSuccessAsync();
        fresh.GrantType.Should().Be("authorization_code");
        fresh.RefreshToken.Should().NotBe(login.RefreshToken);
        (await page.Tab.Locator("#log").InnerTextAsync()).Should().Contain("by=hidden frame");
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(fresh.RefreshToken);
    }

    [Test]
    public async Task Empty_cache_without_the_fallback_signs_the_user_out_and_asks_nobody()
    {
        var (page, _) = await SignInAsync(new AppSettings());

        await page.ReloadAsync();

        await page.ShouldBeSignedOutAsync();
        Traffic.IsEmpty.Should().BeTrue();
        await page.SignInAgainAsync();
    }

    [Test]
    public async Task Blocked_session_cookie_makes_the_fallback_ask_for_a_log_in()
    {
        // From another site the browser sends no cookie with a frame, as when it blocks cookies of third parties.
        var settings = new AppSettings { Fallback = true };
        var (page, _) = await SignInAsync(settings, Apps.ForeignOrigin + "/");

        await page.ReloadAsync();

        await page.ShouldBeSignedOutAsync();
        (await page.Tab.Locator("#log").InnerTextAsync()).Should().Contain("error=login_required");
        Traffic.IsEmpty.Should().BeTrue();
        await page.SignInAgainAsync();
    }

    [Test]
    public async Task Blocked_session_cookie_does_not_matter_while_the_refresh_token_is_good()
    {
        var settings = new AppSettings { Fallback = true, Storage = AppSettings.LocalStorage };
        var (page, login) = await SignInAsync(settings, Apps.ForeignOrigin + "/");

        await page.ReloadAsync();
        await page.RefreshAsync();

        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(login.RefreshToken);
        await page.ShouldBeSignedInAsync();
    }
}
