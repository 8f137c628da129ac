using AuthorizationServer.Tests.BrowserApp.Support;

namespace AuthorizationServer.Tests.BrowserApp;

[TestFixture]
internal sealed class RotationTests : BrowserTest
{
    private const int Rounds = 5;

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Refresh_token_is_another_at_every_silent_call(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Storage = storage });
        List<string> seen = [login.RefreshToken];

        for (var i = 0; i < Rounds; i++)
        {
            await page.RefreshAsync();
            var refresh = await Traffic.NextSuccessAsync();
            refresh.GrantType.Should().Be("refresh_token");
            refresh.PresentedToken.Should().Be(seen[^1]);
            seen.Add(refresh.RefreshToken);
        }

        seen.Should().OnlyHaveUniqueItems();
        await page.DoAsync("call");
        (await page.MessageTextAsync()).Should().Be("The API greets alice: Hello.");
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Refresh_token_of_a_client_without_rotation_stays(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Client = "spa-static", Storage = storage });

        for (var i = 0; i < Rounds; i++)
        {
            await page.RefreshAsync();
            var refresh = await Traffic.NextSuccessAsync();
            refresh.PresentedToken.Should().Be(login.RefreshToken);
            refresh.RefreshToken.Should().Be(login.RefreshToken);
        }
    }

    [TestCase("form", AppSettings.Memory, "application/x-www-form-urlencoded")]
    [TestCase("form", AppSettings.LocalStorage, "application/x-www-form-urlencoded")]
    [TestCase("json", AppSettings.Memory, "application/json")]
    [TestCase("json", AppSettings.LocalStorage, "application/json")]
    public async Task Login_and_refresh_work_with_a_body_of_either_kind(string body, string storage, string contentType)
    {
        var (page, login) = await SignInAsync(new AppSettings { Body = body, Storage = storage });
        login.ContentType.Should().StartWith(contentType);

        await page.RefreshAsync();

        var refresh = await Traffic.NextSuccessAsync();
        refresh.ContentType.Should().StartWith(contentType);
        refresh.PresentedToken.Should().Be(login.RefreshToken);
    }

    [Test]
    public async Task Local_storage_keeps_the_user_in_over_a_reload()
    {
        var (page, login) = await SignInAsync(new AppSettings { Storage = AppSettings.LocalStorage });

        await page.ReloadAsync();

        await page.ShouldBeSignedInAsync();
        Traffic.IsEmpty.Should().BeTrue("the access token is still good");
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(login.RefreshToken);
    }

    [Test]
    public async Task Api_without_offline_access_gives_no_refresh_token()
    {
        var (page, login) = await SignInAsync(new AppSettings { Audience = "https://api3", Storage = AppSettings.LocalStorage });

        login.Answer.TryGetProperty("refresh_token", out _).Should().BeFalse();
        await page.RefreshAsync();
        (await page.MessageTextAsync()).Should().StartWith("missing_refresh_token");
    }
}
