using AuthorizationServer.Tests.Operator.Support;
using Microsoft.Playwright;

namespace AuthorizationServer.Tests.BrowserApp.Operator;

/// <summary>The administrator ends everything of a client, reads the audit trail, and sees the last minute at once.</summary>
[TestFixture]
internal sealed class EndManyTests : OperatorTest
{
    [Test]
    public async Task Preview_counts_and_the_button_ends_what_began_before_and_the_trail_tells()
    {
        using var first = await Device.SignInAsync(Server.Origin, "alice", client: "op-end");
        using var second = await Device.SignInAsync(Server.Origin, "bob", client: "op-end");
        using var other = await Device.SignInAsync(Server.Origin, "bob");
        var page = await OpenAsync("/admin", "admin");
        var form = page.Locator("#end-many");
        await form.Locator("[name=client]").SelectOptionAsync("op-end");
        await SetUntilAsync(page, "-3600000");
        await form.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await page.Locator("#end-many-status", new() { HasTextString = "Nothing would end." }).WaitForAsync();
        (await form.GetByRole(AriaRole.Button, new() { Name = "End them" }).IsVisibleAsync()).Should().BeFalse();

        // The field holds whole seconds: the next one has begun for sure.
        await page.WaitForFunctionAsync("start => Date.now() >= start + 1000", await page.EvaluateAsync<double>("() => Date.now()"));
        await SetUntilAsync(page, "0");
        await form.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await page.Locator("#end-many-status", new() { HasTextString = "2 sessions would end." }).WaitForAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "End them" }).ClickAsync();
        await page.Locator("#end-many-status:focus", new() { HasTextString = "2 sessions were ended." }).WaitForAsync();

        (await first.ExchangeAsync()).Should().Be("invalid_grant");
        (await second.ExchangeAsync()).Should().Be("invalid_grant");
        (await other.ExchangeAsync()).Should().StartWith("rtr_");
        (await page.Locator("#changes tbody tr").First.Locator("td").AllInnerTextsAsync()).Skip(1).Should().Equal("admin", "RefreshTokensRevoked", "op-end", "2");
    }

    [Test]
    public async Task Change_of_the_form_takes_the_preview_back()
    {
        using var device = await Device.SignInAsync(Server.Origin, "carol", client: "op-preview");
        var page = await OpenAsync("/admin", "admin");
        await page.WaitForFunctionAsync("start => Date.now() >= start + 1000", await page.EvaluateAsync<double>("() => Date.now()"));
        await page.Locator("#end-many [name=client]").SelectOptionAsync("op-preview");
        await SetUntilAsync(page, "0");
        await page.Locator("#end-many button[type=submit]").ClickAsync();
        await page.Locator("#end-many .alarm").WaitForAsync();

        await page.Locator("#end-many [name=client]").SelectOptionAsync("spa");

        (await page.Locator("#end-many .alarm").IsVisibleAsync()).Should().BeFalse("what was previewed is not what the form says");
        (await device.ExchangeAsync()).Should().StartWith("rtr_");
    }

    [Test]
    public async Task Preview_that_comes_after_a_change_of_the_form_is_not_offered()
    {
        var page = await OpenAsync("/admin", "admin");
        var changed = new TaskCompletionSource();
        await page.RouteAsync("**/admin/revocation/preview", async route =>
        {
            await changed.Task;
            await route.ContinueAsync();
        });
        using var device = await Device.SignInAsync(Server.Origin, "carol", client: "op-preview");
        await page.WaitForFunctionAsync("start => Date.now() >= start + 1000", await page.EvaluateAsync<double>("() => Date.now()"));
        await page.Locator("#end-many [name=client]").SelectOptionAsync("op-preview");
        await SetUntilAsync(page, "0");
        var answer = page.WaitForResponseAsync("**/admin/revocation/preview");
        await page.Locator("#end-many button[type=submit]").ClickAsync();

        await page.Locator("#end-many [name=client]").SelectOptionAsync("spa");
        changed.SetResult();
        await (await answer).FinishedAsync();
        await page.EvaluateAsync("() => new Promise(done => setTimeout(done, 100))");

        (await page.Locator("#end-many .alarm").IsVisibleAsync()).Should().BeFalse("it counted what another client has");
    }

    [Test]
    public async Task Curves_begin_with_the_minute_before_and_a_count_of_zero_has_no_bar()
    {
        using var device = await Device.SignInAsync(Server.Origin, "dave");
        await device.ExchangeAsync();

        var page = await OpenAsync("/admin", "admin");
        await page.Locator("#live-state", new() { HasTextString = "live" }).WaitForAsync();
        await page.Locator("[data-counter=issues] polyline").WaitForAsync(new() { State = WaitForSelectorState.Attached });

        await page.Locator("summary").ClickAsync();
        var lastMinute = await page.Locator("#counters [data-counter=issues] td").First.InnerTextAsync();
        int.Parse(lastMinute, System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(0, "the log-in was before the page was opened");
        var zero = page.Locator("#reasons tr", new() { Has = page.Locator("td", new() { HasTextRegex = new("^0$") }) }).First;
        (await zero.Locator("svg").CountAsync()).Should().Be(0);
    }

    [Test]
    public async Task Others_end_nothing()
    {
        using var device = await Device.SignInAsync(Server.Origin, "erin");
        using var own = await Device.SignInAsync(Server.Origin, "bob"); // the page has a form only for somebody with sessions
        var page = await OpenAsync("/sessions", "bob");

        var token = await page.Locator("[name=form_token]").First.GetAttributeAsync("value");
        var answer = await Context.APIRequest.PostAsync($"{Server.Origin}/admin/revocation", new()
        {
            Headers = [new("X-Form-Token", token!)],
            DataObject = new { client = "legacy", until = DateTimeOffset.UnixEpoch },
        });

        answer.Status.Should().Be(403);
        (await device.ExchangeAsync()).Should().StartWith("rtr_");
    }

    /// <summary>Writes a time near now into the field, by the browser's own clock.</summary>
    private static Task SetUntilAsync(IPage page, string milliseconds) => page.Locator("[name=until]").EvaluateAsync(
        "(field, shift) => { const at = new Date(Date.now() + Number(shift)); field.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19); field.dispatchEvent(new Event('input', { bubbles: true })); }",
        milliseconds);
}
