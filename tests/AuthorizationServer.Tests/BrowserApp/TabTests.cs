using AuthorizationServer.Tests.BrowserApp.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp;

[TestFixture]
internal sealed class TabTests : BrowserTest
{
    private static readonly AppSettings Strict = new() { Storage = AppSettings.LocalStorage };
    private static readonly AppSettings Leeway = Strict with { Client = "spa-leeway" };

    [Test]
    public async Task Two_tabs_that_take_turns_share_one_chain_of_tokens()
    {
        var (first, login) = await SignInAsync(Strict);
        var second = await OpenAppAsync(Strict);
        await second.ShouldBeSignedInAsync();
        var current = login.RefreshToken;

        for (var i = 0; i < 6; i++)
        {
            var tab = i % 2 == 0 ? first : second;
            // Storage reaches another tab a moment after it is written.
            await tab.WaitForStoredAsync(current);
            await tab.RefreshAsync();
            var refresh = await Traffic.NextSuccessAsync();
            refresh.PresentedToken.Should().Be(current);
            current = refresh.RefreshToken;
        }
    }

    [Test]
    public async Task Two_tabs_at_once_with_leeway_both_stay_in()
    {
        var (first, _) = await SignInAsync(Leeway);
        var second = await OpenAppAsync(Leeway);
        await second.ShouldBeSignedInAsync();

        for (var i = 0; i < 5; i++)
        {
            await Task.WhenAll(first.RefreshAsync(), second.RefreshAsync());
            await Traffic.NextSuccessAsync();
            await Traffic.NextSuccessAsync();
        }

        await first.ShouldBeSignedInAsync();
        await second.ShouldBeSignedInAsync();
    }

    [Test]
    public async Task Two_tabs_that_send_one_token_at_once_with_leeway_get_the_same_successor()
    {
        // The lock of the SDK does not always keep its tabs apart. This one never does.
        await Context.AddInitScriptAsync(
            "if (navigator.locks) navigator.locks.request = (name, options, callback) => callback({ name, mode: 'exclusive' });");
        var (first, login) = await SignInAsync(Leeway);
        var second = await OpenAppAsync(Leeway);
        await second.ShouldBeSignedInAsync();
        await HoldUntilBothHaveSentAsync();

        await Task.WhenAll(first.RefreshAsync(), second.RefreshAsync());

        TokenCall[] calls = [await Traffic.NextSuccessAsync(), await Traffic.NextSuccessAsync()];
        calls.Select(call => call.PresentedToken).Should().AllBe(login.RefreshToken);
        calls.Select(call => call.RefreshToken).Distinct().Should().ContainSingle().Which.Should().NotBe(login.RefreshToken);
        await first.RefreshAsync();
        (await Traffic.NextSuccessAsync()).PresentedToken.Should().Be(calls[0].RefreshToken);
    }

    private async Task HoldUntilBothHaveSentAsync()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sent = 0;
        await Context.RouteAsync("**/oauth/token", async route =>
        {
            if (Interlocked.Increment(ref sent) == 2)
            {
                both.SetResult();
            }

            await both.Task.WaitAsync(Eventually.Patience);
            await route.ContinueAsync();
        });
    }
}
