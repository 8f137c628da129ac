using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>The theft lab in one tab, used as a visitor uses it.</summary>
internal sealed class LabPage(IPage tab, string origin)
{
    public IPage Tab => tab;

    public ILocator Timeline => tab.Locator("#timeline > li");

    public ILocator Verdict => tab.Locator("#verdict");

    /// <summary>Opens the lab, whose stories do not linger.</summary>
    public async Task OpenAsync(string query = "?pace=0")
    {
        await tab.GotoAsync($"{origin}/lab/{query}");
        await tab.Locator("body[aria-busy=false]").WaitForAsync();
    }

    public async Task ChooseAsync(string preset)
    {
        if (await tab.Locator("#preset").InputValueAsync() != preset)
        {
            await DoneAfterAsync(() => tab.Locator("#preset").SelectOptionAsync(preset));
        }
    }

    /// <summary>Plays a story to its end.</summary>
    /// <returns>What the page says then.</returns>
    public async Task<string> PlayAsync(string story)
    {
        await tab.Locator($"[data-story={story}][type=button]").ClickAsync();
        await tab.Locator($"#player[data-story={story}][data-state=ended]").WaitForAsync();
        return await tab.Locator("#caption").InnerTextAsync();
    }

    /// <summary>Presses a button and waits until the page shows what came of it.</summary>
    public Task PressAsync(string selector) => DoneAfterAsync(() => tab.Locator(selector).ClickAsync());

    public Task LogInAsync() => PressAsync("[data-action=login]");

    public Task RefreshAsync(string by) => PressAsync($"[data-action=refresh][data-by={by}]");

    public Task StealAsync() => PressAsync("[data-action=steal]");

    public Task ReplayAsync(string holder, int generation) =>
        DoneAfterAsync(() => tab.Locator($"[data-holder={holder}] .chip").Filter(new LocatorFilterOptions { HasText = $"g{generation} " }).First.ClickAsync());

    public async Task<string> LastAsync() => await Timeline.Last.InnerTextAsync();

    public async Task<string> KindsAsync() =>
        string.Join(' ', await Timeline.EvaluateAllAsync<string[]>("items => items.map(item => item.dataset.kind)"));

    public async Task<string?> StateAsync() => await Verdict.GetAttributeAsync("data-state");

    public async Task DoneAfterAsync(Func<Task> act)
    {
        var done = await tab.EvaluateAsync<int>("() => Number(document.body.dataset.done ?? 0)");
        await act();
        await tab.Locator($"body[data-done='{done + 1}']").WaitForAsync();
    }
}
