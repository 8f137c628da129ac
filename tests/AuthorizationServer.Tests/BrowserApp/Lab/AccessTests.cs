using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>The lab is for everybody: by keyboard, on a phone, in the dark, and without motion.</summary>
[TestFixture]
internal sealed class AccessTests : LabTest
{
    [Test]
    public async Task Lab_is_used_with_the_keyboard_alone()
    {
        var page = await OpenLabAsync();
        await TabToAsync(page, "[data-action=login]");
        await page.DoneAfterAsync(() => page.Tab.Keyboard.PressAsync("Enter"));
        await TabToAsync(page, "[data-action=logout]");
        await page.DoneAfterAsync(() => page.Tab.Keyboard.PressAsync("Space"));

        // The button that was pressed makes no sense any more. It still has the focus.
        (await page.Tab.Locator("[data-action=logout]:focus").GetAttributeAsync("aria-disabled")).Should().Be("true");
        await TabToAsync(page, "[data-holder=user] .chip");
        await page.DoneAfterAsync(() => page.Tab.Keyboard.PressAsync("Enter"));

        (await page.KindsAsync()).Should().Be("issued revoked refused");
        await page.Tab.Locator("[data-holder=user] .chip:focus").WaitForAsync();
    }

    [Test]
    public async Task Story_is_played_with_the_keyboard_alone()
    {
        var page = await OpenLabAsync();

        await TabToAsync(page, "[data-story=fork]");
        await page.Tab.Keyboard.PressAsync("Enter");

        await page.Tab.Locator("#player[data-state=ended]").WaitForAsync();
        (await page.StateAsync()).Should().Be("revoked");
    }

    [Test]
    public async Task Story_waits_for_visitors_who_want_no_motion()
    {
        var tab = await Context.NewPageAsync();
        await tab.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
        var page = new LabPage(tab, Server.Origin);
        await page.OpenAsync();

        await page.PressAsync("[data-story=fork][type=button]");
        await page.PressAsync("[data-player=step]");

        await tab.Locator("#player[data-state=paused]").WaitForAsync();
        (await page.KindsAsync()).Should().Be("issued");
        (await page.Timeline.First.EvaluateAsync<string>("item => getComputedStyle(item).animationName")).Should().Be("none");
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Lab_fits_a_phone_in_both_colour_schemes(ColorScheme scheme)
    {
        var page = await OpenLabAsync();
        await page.Tab.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await page.Tab.SetViewportSizeAsync(360, 740);
        await page.PlayAsync("oldest");

        (await page.Tab.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(360);
        var channels = await page.Tab.EvaluateAsync<int[]>("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)");
        channels.Average().Should().Match(average => scheme == ColorScheme.Dark ? average < 64 : average > 192);
    }

    [Test]
    public async Task Changes_are_announced_and_shapes_say_what_colours_say()
    {
        var page = await OpenLabAsync();

        await page.PlayAsync("fork");

        (await page.Tab.Locator("#timeline").GetAttributeAsync("aria-live")).Should().Be("polite");
        (await page.Tab.Locator("#caption").GetAttributeAsync("role")).Should().Be("status");
        var shapes = await page.Timeline.EvaluateAllAsync<string[]>("items => items.map(item => item.dataset.kind + item.querySelector('path').getAttribute('d'))");
        shapes.Distinct().Should().HaveCountGreaterThan(4);
    }

    /// <summary>Goes on with the Tab key until something has the focus.</summary>
    private static async Task TabToAsync(LabPage page, string selector)
    {
        const int MostStops = 60;
        for (var i = 0; i < MostStops; i++)
        {
            await page.Tab.Keyboard.PressAsync("Tab");
            if (await page.Tab.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not lead to {selector}.");
    }
}
