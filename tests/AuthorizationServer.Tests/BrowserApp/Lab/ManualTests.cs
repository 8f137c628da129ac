namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>What a visitor does without a story.</summary>
[TestFixture]
internal sealed class ManualTests : LabTest
{
    [Test]
    public async Task Clock_decides_between_a_retry_and_a_theft()
    {
        var page = await OpenLabAsync();
        (await page.Tab.Locator("[data-window=leeway]").GetAttributeAsync("aria-disabled")).Should().Be("true");
        await page.ChooseAsync("spa");
        await page.LogInAsync();
        await page.RefreshAsync("user");
        await page.PressAsync("[data-seconds='5']");
        await page.ReplayAsync("user", 0);
        (await page.LastAsync()).Should().Contain("used generation 0, 5 s after it was rotated. Within the leeway of 10 s that counts as a retry: the same generation 1 again");

        await page.PressAsync("[data-window=leeway]");
        await page.ReplayAsync("user", 0);

        (await page.LastAsync()).Should().Contain("Reuse detected").And.Contain("The user used generation 0, and had rotated it before: reuse.");
        (await page.StateAsync()).Should().Be("revoked");
        (await page.Tab.Locator("#now").InnerTextAsync()).Should().Be("Day 1, 09:00:15");
    }

    [Test]
    public async Task Clock_goes_as_far_as_the_visitor_says()
    {
        var page = await OpenLabAsync();
        await page.LogInAsync();

        await page.Tab.Locator("#amount").FillAsync("15");
        await page.Tab.Locator("#unit").SelectOptionAsync("days");
        await page.PressAsync("#move [type=submit]");
        await page.RefreshAsync("user");

        (await page.Tab.Locator("#now").InnerTextAsync()).Should().Be("Day 16, 09:00:00");
        (await page.LastAsync()).Should().Contain("nobody used it for longer than its idle lifetime");
        (await page.StateAsync()).Should().Be("expired");
    }

    [Test]
    public async Task Recovery_unmasks_a_thief_who_came_first()
    {
        var page = await OpenLabAsync();
        await page.ChooseAsync("mobile");
        await page.LogInAsync();
        await page.StealAsync();
        await page.RefreshAsync("thief");
        await page.PressAsync("[data-window=leeway]");
        await page.RefreshAsync("user");
        (await page.LastAsync()).Should().Contain("a new generation 2 displaces the generation 1 that was sent before");

        await page.RefreshAsync("thief");

        (await page.LastAsync()).Should().Contain("The thief used generation 1, which a recovery had displaced: reuse.");
        (await page.StateAsync()).Should().Be("revoked");
    }

    [Test]
    public async Task Preset_holds_from_the_next_exchange_on()
    {
        var page = await OpenLabAsync();
        await page.LogInAsync();
        await page.ChooseAsync("fapi");
        (await page.KindsAsync()).Should().Be("issued preset");

        await page.RefreshAsync("user");
        await page.RefreshAsync("user");
        await page.ChooseAsync("strict");
        await page.RefreshAsync("user");

        (await page.KindsAsync()).Should().Be("issued preset converted used preset converted");
    }

    [Test]
    public async Task Log_out_ends_every_copy_and_the_next_log_in_begins_another_family()
    {
        var page = await OpenLabAsync();
        await page.LogInAsync();
        await page.StealAsync();
        await page.PressAsync("[data-action=logout]");
        (await page.Verdict.InnerTextAsync()).Should().Be("Revoked because the user logged out.");

        await page.LogInAsync();
        await page.RefreshAsync("thief");

        (await page.LastAsync()).Should().Contain("The thief used generation 0: the family was revoked (client_request).");
        (await page.StateAsync()).Should().Be("active");
        (await page.Tab.Locator("[data-holder=user] .chip").Last.GetAttributeAsync("aria-label")).Should().EndWith(": replay generation 0 of family 2");
    }

    [Test]
    public async Task Family_after_one_that_was_stolen_bears_no_alarm()
    {
        var page = await OpenLabAsync();
        await page.LogInAsync();
        await page.StealAsync();
        await page.RefreshAsync("user");
        await page.RefreshAsync("thief");
        (await page.Verdict.InnerTextAsync()).Should().Be("Revoked because reuse was detected.");

        await page.LogInAsync();

        (await page.Verdict.InnerTextAsync()).Should().Be("Active.");
    }

    [Test]
    public async Task Both_tabs_use_what_is_in_their_storage()
    {
        var page = await OpenLabAsync();
        await page.LogInAsync();
        await page.PressAsync("[data-action=tab]");
        await page.RefreshAsync("user");
        await page.RefreshAsync("tab2");
        (await page.LastAsync()).Should().Contain("The second tab used generation 1, the current one, and gets generation 2.");

        await page.PressAsync("[data-action=race]");

        (await page.KindsAsync()).Should().Be("issued tab rotated rotated rotated reuse");
    }

    [Test]
    public async Task Lost_response_is_retried_with_the_old_token()
    {
        var page = await OpenLabAsync();
        await page.ChooseAsync("spa");
        await page.LogInAsync();
        (await page.Tab.Locator("[data-action=retry]").GetAttributeAsync("aria-disabled")).Should().Be("true");
        await page.PressAsync("[data-action=lose]");
        (await page.Tab.Locator("#user .status").InnerTextAsync()).Should().Be(
            "Logged in. Its app holds generation 0. The response to its last refresh was lost. It can’t know that this is no longer the current token of an active family.");

        await page.PressAsync("[data-action=retry]");

        (await page.Tab.Locator("#user .status").InnerTextAsync()).Should().Be("Logged in. Its app holds generation 1.");
        (await page.KindsAsync()).Should().Be("preset issued lost reissued");
    }

    [Test]
    public async Task Everybody_who_watches_a_world_sees_it_change()
    {
        var page = await OpenLabAsync();
        var other = await OpenLabAsync();

        await page.LogInAsync();
        await page.StealAsync();

        await other.Tab.Locator("#timeline [data-kind=stolen]").WaitForAsync();
        (await other.KindsAsync()).Should().Be("issued stolen");
        await other.PressAsync("[data-action=reset]");
        await page.Tab.Locator("#verdict[data-state=none]").WaitForAsync();
        (await page.KindsAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task World_is_still_there_after_a_reload_and_no_token_is_shown_in_full()
    {
        var page = await OpenLabAsync();
        await page.PlayAsync("fork");

        await page.OpenAsync();

        (await page.KindsAsync()).Should().Be("issued stolen clock rotated clock reuse refused");
        (await page.Tab.ContentAsync()).Should().NotContain("rtr_");
        (await page.Tab.Locator("[data-holder=thief] .chip").AllInnerTextsAsync()).Should().HaveCount(2).And.OnlyContain(text => text.Length == "g0 …abcd".Length);
    }
}
