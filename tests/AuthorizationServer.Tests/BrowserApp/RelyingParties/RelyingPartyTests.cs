using AuthorizationServer.Tests.BrowserApp.Support;
using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.RelyingParties;

/// <summary>Server-side apps with handlers that others have written, in a browser: log in, refresh, log out.</summary>
[TestFixture]
internal sealed class RelyingPartyTests : BrowserTest
{
    [Test]
    public async Task AspNetCore_logs_in_by_a_form_refreshes_calls_an_api_and_logs_out()
    {
        var origin = $"http://localhost:{Stage.MicrosoftPort}";
        await using var app = await MicrosoftApp.StartAsync(Stage.MicrosoftPort, Server.Origin);
        var tab = await Context.NewPageAsync();
        var posted = tab.WaitForRequestAsync(request => request.Url == $"{origin}/signin-oidc");

        await tab.GotoAsync($"{origin}/");
        await SignInAsync(tab);

        await ShouldSayAsync(tab, "Hello, Alice Example.");
        (await posted).Method.Should().Be("POST", "the handler asks for form_post");
        await tab.GotoAsync($"{origin}/call");
        await ShouldSayAsync(tab, "The API knows alice.");
        await tab.GotoAsync($"{origin}/refresh");
        await ShouldSayAsync(tab, "Refreshed.");
        await tab.GotoAsync($"{origin}/refresh");
        await ShouldSayAsync(tab, "Refreshed.");
        await tab.GotoAsync($"{origin}/call");
        await ShouldSayAsync(tab, "The API knows alice.");
        await LogOutAsync(tab, origin);
    }

    [Test]
    public async Task OpenIddict_logs_in_refreshes_and_logs_out()
    {
        var origin = $"http://localhost:{Stage.OpenIddictPort}";
        await using var app = await OpenIddictApp.StartAsync(Stage.OpenIddictPort, Server.Origin + "/");
        var tab = await Context.NewPageAsync();

        await tab.GotoAsync($"{origin}/log-in");
        await SignInAsync(tab);

        await ShouldSayAsync(tab, "Hello, Alice Example.");
        await tab.GotoAsync($"{origin}/refresh");
        await ShouldSayAsync(tab, "Refreshed.");
        await LogOutAsync(tab, origin);
    }

    private async Task LogOutAsync(IPage tab, string origin)
    {
        await tab.GotoAsync($"{origin}/log-out");
        await ShouldSayAsync(tab, "Goodbye.");
        await tab.GotoAsync(Server.Origin);
        await tab.Locator("a[href='/login']").WaitForAsync();
    }

    private static Task ShouldSayAsync(IPage tab, string text) => tab.GetByText(text).WaitForAsync();

    private static async Task SignInAsync(IPage tab)
    {
        await tab.Locator("[name=username]").FillAsync("alice");
        await tab.Locator("[name=password]").FillAsync("pw");
        await tab.Locator("[type=submit]").ClickAsync();
    }
}
