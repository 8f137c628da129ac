using AuthorizationServer.Tests.BrowserApp.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>The SDK repeats a request with the same token when the connection breaks. Whether that is a repetition or a theft, the server
/// can tell only with leeway.</summary>
[TestFixture]
internal sealed class LostResponseTests : BrowserTest
{
    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Lost_response_with_leeway_is_made_good_by_the_repetition(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Client = "spa-leeway", Storage = storage });
        var loss = await LostResponse.ArrangeAsync(Context);

        await page.RefreshAsync();

        var lost = await loss.Call;
        lost.PresentedToken.Should().Be(login.RefreshToken);
        var repetition = await Traffic.NextSuccessAsync();
        repetition.PresentedToken.Should().Be(login.RefreshToken);
        repetition.RefreshToken.Should().Be(lost.RefreshToken, "both answers name the same successor");
        await page.ShouldBeSignedInAsync();
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(lost.RefreshToken);
        Complaints.AllowBrokenConnection();
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Lost_response_without_leeway_ends_the_family_and_a_new_log_in_helps(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Storage = storage });
        var loss = await LostResponse.ArrangeAsync(Context);

        await page.RefreshAsync();

        var lost = await loss.Call;
        lost.Status.Should().Be(200);
        var repetition = await Traffic.NextAsync();
        repetition.Should().Match<TokenCall>(call => call.Status == 403 && call.PresentedToken == login.RefreshToken);
        await page.ShouldBeSignedOutAsync();
        (await page.MessageTextAsync()).Should().Be("invalid_grant: Unknown or invalid refresh token.");
        await Refused(lost.RefreshToken);
        await page.SignInAgainAsync();
        await Traffic.NextSuccessAsync();
        await page.RefreshAsync();
        await Traffic.NextSuccessAsync();
        Complaints.AllowBrokenConnection();
        Complaints.AllowStatus(403);
    }

    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Lost_response_without_leeway_but_with_the_fallback_keeps_the_user_in(string storage)
    {
        var (page, _) = await SignInAsync(new AppSettings { Storage = storage, Fallback = true });
        var loss = await LostResponse.ArrangeAsync(Context);

        await page.RefreshAsync();

        await loss.Call;
        (await Traffic.NextAsync()).Status.Should().Be(403);
        var fresh = await Traffic.NextSuccessAsync();
        fresh.GrantType.Should().Be("authorization_code");
        await page.ShouldBeSignedInAsync();
        await page.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(fresh.RefreshToken);
        Complaints.AllowBrokenConnection();
        Complaints.AllowStatus(403);
    }

    private async Task Refused(string token)
    {
        using var thief = new Thief(Server.Origin);
        (await thief.PresentAsync(token)).Should().Be(System.Net.HttpStatusCode.Forbidden, "its family has ended");
    }
}
