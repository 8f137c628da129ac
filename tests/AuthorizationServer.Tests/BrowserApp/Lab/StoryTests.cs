namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>Each story ends as the engine decides, under each preset.</summary>
[TestFixture]
internal sealed class StoryTests : LabTest
{
    private const string Caught = "The end: caught.";
    private const string Unnoticed = "The end: unnoticed.";
    private const string FalseAlarm = "The end: a false alarm.";
    private const string Forgiven = "The end: nobody noticed a thing.";
    private const string Told = "The end: reported, not stopped.";
    private const string Expired = "The end: expired.";

    [TestCase("strict", "revoked", Caught, "issued stolen clock rotated clock reuse refused")]
    [TestCase("spa", "revoked", Caught, "issued stolen clock rotated clock reuse refused")]
    [TestCase("mobile", "revoked", Caught, "issued stolen clock rotated clock recovered reuse refused")]
    [TestCase("fapi", "active", Unnoticed, "issued stolen clock used clock used used used")]
    [TestCase("shadow", "active", Told, "issued stolen clock rotated clock reuse rotated")]
    public Task Fork_ends_as_it_should(string preset, string state, string end, string kinds) => PlayAsync("fork", preset, state, end, kinds);

    [TestCase("strict", "revoked", Caught, "issued stolen clock rotated clock reuse clock refused")]
    [TestCase("spa", "revoked", Caught, "issued stolen clock rotated clock reissued clock rotated clock reuse refused")]
    [TestCase("mobile", "revoked", Caught, "issued stolen clock rotated clock reissued clock rotated clock recovered reuse")]
    [TestCase("fapi", "active", Unnoticed, "issued stolen clock used clock used clock used clock used used")]
    [TestCase("shadow", "active", Told, "issued stolen clock rotated clock reuse clock rotated clock rotated")]
    public Task Tailgate_ends_as_it_should(string preset, string state, string end, string kinds) => PlayAsync("tailgate", preset, state, end, kinds);

    [TestCase("strict", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused")]
    [TestCase("spa", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused")]
    [TestCase("mobile", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused")]
    [TestCase("fapi", "active", Unnoticed, "issued stolen clock used clock used clock used clock used used")]
    [TestCase("shadow", "active", Told, "issued stolen clock rotated clock rotated clock rotated clock reuse rotated")]
    public Task Oldest_token_ends_as_it_should(string preset, string state, string end, string kinds) => PlayAsync("oldest", preset, state, end, kinds);

    [TestCase("strict", "expired", Expired, "issued stolen clock rotated clock rotated clock refused")]
    [TestCase("spa", "expired", Expired, "issued stolen clock rotated clock rotated clock refused")]
    [TestCase("mobile", "expired", Expired, "issued stolen clock rotated clock rotated clock refused")]
    [TestCase("shadow", "expired", Expired, "issued stolen clock rotated clock rotated clock refused")]
    [TestCase("fapi", "expired", Expired, "issued stolen clock used clock used clock refused")]
    public Task Keep_alive_ends_as_it_should(string preset, string state, string end, string kinds) => PlayAsync("keepalive", preset, state, end, kinds);

    [TestCase("strict", "revoked", FalseAlarm, "issued clock lost clock reuse")]
    [TestCase("spa", "revoked", FalseAlarm, "issued clock lost clock reissued clock lost clock reuse")]
    [TestCase("mobile", "active", Forgiven, "issued clock lost clock reissued clock lost clock recovered rotated")]
    [TestCase("fapi", "active", Forgiven, "issued clock lost clock used clock lost clock used used")]
    [TestCase("shadow", "active", Told, "issued clock lost clock reuse")]
    public Task Lost_response_ends_as_it_should(string preset, string state, string end, string kinds) => PlayAsync("lost", preset, state, end, kinds);

    [TestCase("strict", "revoked", FalseAlarm, "issued tab clock rotated reuse clock refused")]
    [TestCase("spa", "active", Forgiven, "issued tab clock rotated reissued clock rotated")]
    [TestCase("mobile", "active", Forgiven, "issued tab clock rotated reissued clock rotated")]
    [TestCase("fapi", "active", Forgiven, "issued tab clock used used clock used")]
    [TestCase("shadow", "active", Told, "issued tab clock rotated reuse clock rotated")]
    public Task Two_tabs_end_as_they_should(string preset, string state, string end, string kinds) => PlayAsync("tabs", preset, state, end, kinds);

    [TestCase("strict", "revoked", FalseAlarm, "issued rotated clock reuse clock refused refused")]
    [TestCase("spa", "revoked", FalseAlarm, "issued rotated clock reuse clock refused refused")]
    [TestCase("agents", "active", Forgiven, "issued rotated clock reissued clock reissued rotated reissued clock reissued")]
    public Task Five_processes_end_as_they_should(string preset, string state, string end, string kinds) => PlayAsync("agents", preset, state, end, kinds);

    [Test]
    public async Task Detection_is_told_in_words()
    {
        var page = await OpenLabAsync();

        await page.PlayAsync("oldest");

        var alarm = page.Tab.Locator("#timeline .alarm");
        (await alarm.InnerTextAsync()).Should().Contain("THIEF").And.Contain("Reuse detected").And.Contain("invalid_grant").And.Contain(
            "The thief used generation 0, the user already rotated it: reuse. It is 3 generations old; the family's one row is enough to tell. "
            + "Whole family revoked; both must log in again.");
        (await page.Verdict.InnerTextAsync()).Should().Be("Revoked because reuse was detected.");
        (await page.Tab.Locator("#chain li").CountAsync()).Should().Be(4);
        (await page.LastAsync()).Should().Contain("The user used generation 3: the family was revoked (reuse_detected). Even its newest token is worth nothing now.");
    }

    [Test]
    public async Task Story_pauses_steps_and_starts_again()
    {
        // Nothing moves by itself within this test.
        var page = await OpenLabAsync("?pace=100000000");
        await page.DoneAfterAsync(() => page.Tab.Locator("[data-story=fork][type=button]").ClickAsync());
        await page.Tab.Locator("[data-player=play]").ClickAsync();
        await page.Tab.Locator("#player[data-state=paused]").WaitForAsync();

        await page.PressAsync("[data-player=step]");
        await page.PressAsync("[data-player=step]");
        (await page.KindsAsync()).Should().Be("issued stolen");

        await page.PressAsync("[data-player=again]");
        await page.Tab.Locator("#player[data-state=playing]").WaitForAsync();
        (await page.KindsAsync()).Should().BeEmpty();
    }

    [TestCase("reset", 0, "The end: you started over", "")]
    [TestCase("logout", 2, "The end: the user logged out.", "issued stolen revoked clock refused")]
    public async Task Story_ends_truly_though_the_visitor_had_a_hand_in_it(string action, int stepsLeft, string end, string kinds)
    {
        var page = await OpenLabAsync("?pace=100000000");
        await page.DoneAfterAsync(() => page.Tab.Locator("[data-story=fork][type=button]").ClickAsync());
        await page.PressAsync("[data-player=step]");
        await page.PressAsync("[data-player=step]");
        await page.PressAsync($"[data-action={action}]");

        for (var i = 0; i < stepsLeft; i++)
        {
            await page.PressAsync("[data-player=step]");
        }

        await page.Tab.Locator("[data-player=step]").ClickAsync();

        await page.Tab.Locator("#player[data-state=ended]").WaitForAsync();
        (await page.Tab.Locator("#caption").InnerTextAsync()).Should().StartWith(end);
        (await page.KindsAsync()).Should().Be(kinds);
    }

    private async Task PlayAsync(string story, string preset, string state, string end, string kinds)
    {
        var page = await OpenLabAsync();
        await page.ChooseAsync(preset);

        var said = await page.PlayAsync(story);

        (await page.KindsAsync()).Should().Be(kinds);
        (await page.StateAsync()).Should().Be(state);
        said.Should().StartWith(end);
    }
}
