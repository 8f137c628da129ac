namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>Each story ends as the engine decides, under each preset.</summary>
[TestFixture]
internal sealed class StoryTests : LabTest
{
    private const string Caught = "The end: caught.";
    private const string Unnoticed = "The end: unnoticed. With FAPI the token never changes";
    private const string UnnoticedAmongProcesses = "The end: unnoticed. With Agents a thief";
    private const string FalseAlarm = "The end: a false alarm.";
    private const string Forgiven = "The end: nobody noticed a thing.";
    private const string Told = "The end: reported, not stopped.";
    private const string Expired = "The end: expired.";

    [Test]
    public Task Fork_ends_as_it_should() => PlayAsync(
        "fork",
        ("strict", "revoked", Caught, "issued stolen clock rotated clock reuse refused"),
        ("spa", "revoked", Caught, "issued stolen clock rotated clock reuse refused"),
        ("mobile", "revoked", Caught, "issued stolen clock rotated clock recovered reuse refused"),
        ("agents", "revoked", Caught, "issued stolen clock rotated clock reuse refused"),
        ("fapi", "active", Unnoticed, "issued stolen clock used clock used used used"),
        ("shadow", "active", Told, "issued stolen clock rotated clock reuse rotated"));

    [Test]
    public Task Tailgate_ends_as_it_should() => PlayAsync(
        "tailgate",
        ("strict", "revoked", Caught, "issued stolen clock rotated clock reuse clock refused"),
        ("spa", "revoked", Caught, "issued stolen clock rotated clock reissued clock rotated clock reuse refused"),
        ("mobile", "revoked", Caught, "issued stolen clock rotated clock reissued clock rotated clock recovered reuse"),
        ("agents", "active", UnnoticedAmongProcesses, "issued stolen clock rotated clock reissued clock rotated clock reissued rotated"),
        ("fapi", "active", Unnoticed, "issued stolen clock used clock used clock used clock used used"),
        ("shadow", "active", Told, "issued stolen clock rotated clock reuse clock rotated clock rotated"));

    [Test]
    public Task Oldest_token_ends_as_it_should() => PlayAsync(
        "oldest",
        ("strict", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused"),
        ("spa", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused"),
        ("mobile", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused"),
        ("agents", "revoked", Caught, "issued stolen clock rotated clock rotated clock rotated clock reuse refused"),
        ("fapi", "active", Unnoticed, "issued stolen clock used clock used clock used clock used used"),
        ("shadow", "active", Told, "issued stolen clock rotated clock rotated clock rotated clock reuse rotated"));

    [Test]
    public Task Keep_alive_ends_as_it_should() => PlayAsync(
        "keepalive",
        ("strict", "expired", Expired, "issued stolen clock rotated clock rotated clock refused"),
        ("spa", "expired", Expired, "issued stolen clock rotated clock rotated clock refused"),
        ("mobile", "expired", Expired, "issued stolen clock rotated clock rotated clock refused"),
        ("agents", "expired", Expired, "issued stolen clock rotated clock rotated clock refused"),
        ("shadow", "expired", Expired, "issued stolen clock rotated clock rotated clock refused"),
        ("fapi", "expired", Expired, "issued stolen clock used clock used clock refused"));

    [Test]
    public Task Lost_response_ends_as_it_should() => PlayAsync(
        "lost",
        ("strict", "revoked", FalseAlarm, "issued clock lost clock reuse"),
        ("spa", "revoked", FalseAlarm, "issued clock lost clock reissued clock lost clock reuse"),
        ("mobile", "active", Forgiven, "issued clock lost clock reissued clock lost clock recovered rotated"),
        ("agents", "revoked", FalseAlarm, "issued clock lost clock reissued clock lost clock reuse"),
        ("fapi", "active", Forgiven, "issued clock lost clock used clock lost clock used used"),
        ("shadow", "active", Told, "issued clock lost clock reuse"));

    [Test]
    public Task Two_tabs_end_as_they_should() => PlayAsync(
        "tabs",
        ("strict", "revoked", FalseAlarm, "issued tab clock rotated reuse clock refused"),
        ("spa", "active", Forgiven, "issued tab clock rotated reissued clock rotated"),
        ("mobile", "active", Forgiven, "issued tab clock rotated reissued clock rotated"),
        ("agents", "active", Forgiven, "issued tab clock rotated reissued clock rotated"),
        ("fapi", "active", Forgiven, "issued tab clock used used clock used"),
        ("shadow", "active", Told, "issued tab clock rotated reuse clock rotated"));

    [Test]
    public Task Five_processes_end_as_they_should() => PlayAsync(
        "agents",
        ("strict", "revoked", FalseAlarm, "issued rotated clock reuse clock refused refused"),
        ("spa", "revoked", FalseAlarm, "issued rotated clock reuse clock refused refused"),
        ("mobile", "revoked", FalseAlarm, "issued rotated clock recovered clock reuse refused"),
        ("agents", "active", Forgiven, "issued rotated clock reissued clock reissued rotated reissued clock reissued"),
        ("fapi", "active", Forgiven, "issued used clock used clock used used used clock used"),
        ("shadow", "active", Told, "issued rotated clock reuse clock reuse rotated reuse clock reuse"));

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

    private async Task PlayAsync(string story, params (string Preset, string State, string End, string Kinds)[] expected)
    {
        var page = await OpenLabAsync();
        foreach (var (preset, state, end, kinds) in expected)
        {
            await page.ChooseAsync(preset);

            var said = await page.PlayAsync(story);

            (await page.KindsAsync()).Should().Be(kinds, preset);
            (await page.StateAsync()).Should().Be(state, preset);
            said.Should().StartWith(end, preset);
        }
    }
}
