using System.Globalization;
using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Support;

/// <summary>The app's page in one tab, used as a visitor uses it.</summary>
internal sealed class AppPage(IPage tab, string address)
{
    public IPage Tab => tab;

    public string Address => address;

    public ILocator Message => tab.Locator("#message");

    public Task<string> MessageTextAsync() => Message.InnerTextAsync();

    public async Task OpenAsync()
    {
        await tab.GotoAsync(address);
        await WaitUntilDoneAsync(1);
    }

    public async Task ReloadAsync()
    {
        await tab.ReloadAsync();
        await WaitUntilDoneAsync(1);
    }

    /// <summary>Signs in by redirect. Without a session of the server, its page asks for name and password.</summary>
    public async Task SignInAsync(string user = "alice")
    {
        await PressAsync("login");
        await FillLoginPageAsync(tab, user);
        await ShouldBeSignedInAsync();
    }

    /// <summary>Signs in by redirect where the server still knows the user: no page stops the way.</summary>
    public async Task SignInAgainAsync()
    {
        await PressAsync("login");
        await ShouldBeSignedInAsync();
    }

    public async Task SignInWithPopupAsync(string user = "alice")
    {
        var done = await DoneAsync();
        var popup = await tab.RunAndWaitForPopupAsync(() => PressAsync("popup"));
        var closed = new TaskCompletionSource();
        popup.Close += (_, _) => closed.TrySetResult();
        await FillLoginPageAsync(popup, user);
        await WaitUntilDoneAsync(done + 1);
        await closed.Task.WaitAsync(Eventually.Patience);
    }

    /// <summary>Presses one of the page's buttons and waits until the page has done what it stands for.</summary>
    public async Task DoAsync(string action)
    {
        var done = await DoneAsync();
        await PressAsync(action);
        await WaitUntilDoneAsync(done + 1);
    }

    public Task RefreshAsync() => DoAsync("refresh");

    public Task PressAsync(string action) => tab.Locator($"[data-action={action}]").ClickAsync();

    public async Task<int> DoneAsync() => int.Parse((await tab.Locator("body").GetAttributeAsync("data-done"))!, CultureInfo.InvariantCulture);

    public Task WaitUntilDoneAsync(int count) => tab.Locator($"body[data-done='{count}']").WaitForAsync();

    public Task ShouldBeSignedInAsync() => tab.Locator("body[data-session=in][data-done]").WaitForAsync();

    public Task ShouldBeSignedOutAsync() => tab.Locator("body[data-session=out][data-done]").WaitForAsync();

    /// <summary>Waits until this tab sees a value in local storage that another one has written.</summary>
    public Task WaitForStoredAsync(string text) =>
        tab.WaitForFunctionAsync("text => Object.values(localStorage).some(value => value.includes(text))", text);

    private static async Task FillLoginPageAsync(IPage page, string user)
    {
        await page.Locator("[name=username]").FillAsync(user);
        await page.Locator("[name=password]").FillAsync("pw");
        await page.Locator("[type=submit]").ClickAsync();
    }
}
