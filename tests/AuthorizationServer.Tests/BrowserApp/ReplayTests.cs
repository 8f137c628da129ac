using System.Net;
using AuthorizationServer.Tests.BrowserApp.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>Somebody presents a token that the browser has already used.</summary>
[TestFixture]
internal sealed class ReplayTests : BrowserTest
{
    [TestCase("spa", AppSettings.Memory)]
    [TestCase("spa", AppSettings.LocalStorage)]
    [TestCase("spa-leeway", AppSettings.LocalStorage)]
    public async Task Replay_without_the_fallback_signs_the_user_out(string client, string storage)
    {
        var (page, old) = await SignInAsync(new AppSettings { Client = client, Storage = storage });
        await ReplayAfterTwoRefreshesAsync(page, old.RefreshToken, client);

        await page.RefreshAsync();

        (await Traffic.NextAsync()).Should().Match<TokenCall>(call => call.Status == 403 && call.Error == "invalid_grant");
        await page.ShouldBeSignedOutAsync();
        Traffic.IsEmpty.Should().BeTrue();
        Complaints.AllowStatus(403);
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Replay_with_the_fallback_gives_the_user_a_new_family_and_the_thief_nothing(string storage)
    {
        var (page, old) = await SignInAsync(new AppSettings { Storage = storage, Fallback = true });
        await ReplayAfterTwoRefreshesAsync(page, old.RefreshToken, "spa");

        await page.RefreshAsync();

        (await Traffic.NextAsync()).Status.Should().Be(403);
        var fresh = await Traffic.NextSuccessAsync();
        fresh.GrantType.Should().Be("authorization_code");
        await page.ShouldBeSignedInAsync();
        using var thief = new Thief(Server.Origin);
        (await thief.PresentAsync(old.RefreshToken)).Should().Be(HttpStatusCode.Forbidden);
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(fresh.RefreshToken, "a replay in the old family does not touch the new one");
        Complaints.AllowStatus(403);
    }

    private async Task ReplayAfterTwoRefreshesAsync(AppPage page, string token, string client)
    {
        for (var i = 0; i < 2; i++)
        {
            await page.RefreshAsync();
            await Traffic.NextSuccessAsync();
        }

        using var thief = new Thief(Server.Origin);
        (await thief.PresentAsync(token, client)).Should().Be(HttpStatusCode.Forbidden);
    }
}
