using AuthorizationServer.Tests.BrowserApp.Support;

namespace AuthorizationServer.Tests.BrowserApp;

[TestFixture]
internal sealed class RotationTests : BrowserTest
{
    private const int Rounds = 5;
    private const string Form = "application/x-www-form-urlencoded";

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Refresh_token_is_another_at_every_silent_call(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Storage = storage });
        login.ContentType.Should().StartWith(Form, "this is the body that the SDK sends unless it is told otherwise");
        List<string> seen = [login.RefreshToken];

        for (var i = 0; i < Rounds; i++)
        {
            await page.RefreshAsync();
            var refresh = await Traffic.NextSuccessAsync();
            refresh.GrantType.Should().Be("refresh_token");
            refresh.ContentType.Should().StartWith(Form);
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

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Login_and_refresh_work_with_json_too(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Body = "json", Storage = storage });
        login.ContentType.Should().StartWith("application/json");

        await page.RefreshAsync();

        var refresh = await Traffic.NextSuccessAsync();
        refresh.ContentType.Should().StartWith("application/json");
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
