using System.Net;
using AuthorizationServer.Tests.BrowserApp.Support;

namespace AuthorizationServer.Tests.BrowserApp;

[TestFixture]
internal sealed class RevocationTests : BrowserTest
{
    [TestCase(AppSettings.Memory, "form")]
    [TestCase(AppSettings.LocalStorage, "form")]
    [TestCase(AppSettings.LocalStorage, "json")]
    public async Task Revoked_token_is_good_for_nobody(string storage, string body)
    {
        var (page, login) = await SignInAsync(new AppSettings { Storage = storage, Body = body });

        await page.DoAsync("revoke");

        var revocation = await Traffic.NextAsync();
        revocation.Path.Should().Be("/oauth/revoke");
        revocation.Status.Should().Be(200);
        revocation.Sent.Should().Contain("token", login.RefreshToken);
        using var thief = new Thief(Server.Origin);
        (await thief.PresentAsync(login.RefreshToken)).Should().Be(HttpStatusCode.Forbidden);
        await page.RefreshAsync();
        (await page.MessageTextAsync()).Should().StartWith("missing_refresh_token");
        await page.ShouldBeSignedOutAsync();
        Traffic.IsEmpty.Should().BeTrue();
    }

    [Test]
    public async Task Revocation_from_another_origin_with_the_fallback_begins_a_new_family()
    {
        var (page, login) = await SignInAsync(new AppSettings { Fallback = true }, Apps.Origin + "/");

        await page.DoAsync("revoke");
        (await Traffic.NextAsync()).Path.Should().Be("/oauth/revoke");
        await page.RefreshAsync();

        var fresh = await Traffic.NextSuccessAsync();
        fresh.GrantType.Should().Be("authorization_code");
        fresh.RefreshToken.Should().NotBe(login.RefreshToken);
        await page.ShouldBeSignedInAsync();
    }
}
