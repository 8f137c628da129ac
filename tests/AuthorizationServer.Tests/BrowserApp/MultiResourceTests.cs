using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthorizationServer.Tests.BrowserApp;

/// <summary>One refresh token for two APIs: the SDK exchanges it for both at once, and keeps whichever answer comes last.</summary>
[TestFixture]
internal sealed class MultiResourceTests : BrowserTest
{
    [TestCase(AppSettings.Memory)]
    [TestCase(AppSettings.LocalStorage)]
    public async Task Two_audiences_at_once_with_one_token_both_get_an_access_token(string storage)
    {
        var (page, login) = await SignInAsync(new AppSettings { Client = "spa-leeway", Storage = storage, Multi = true });
        var presented = login.RefreshToken;

        for (var i = 0; i < 4; i++)
        {
            await page.DoAsync("both");

            (await page.MessageTextAsync()).Should().Contain("for https://api1.").And.Contain("for https://api2.");
            TokenCall[] calls = [await Traffic.NextSuccessAsync(), await Traffic.NextSuccessAsync()];
            calls.Select(call => call.PresentedToken).Should().AllBe(presented);
            calls.Select(call => call.Sent["audience"]).Should().BeEquivalentTo("https://api1", "https://api2");
            calls.Should().OnlyContain(call => new JsonWebToken(call.AccessToken).Audiences.Single() == call.Sent["audience"]);
            presented = calls.Select(call => call.RefreshToken).Distinct().Should().ContainSingle().Subject;
        }
    }
}
