using System.Net;
using System.Text.RegularExpressions;
using AuthorizationServer.Tests.Operator.Support;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>The page on which users end their sessions. Each test has a user of its own.</summary>
[TestFixture]
internal sealed partial class SessionPageTests
{
    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => _browser = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _browser.Dispose();

    [Test]
    public async Task Page_shows_client_browser_addresses_and_times_of_each_device()
    {
        using var used = await SignInAsync("carol", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        await used.ExchangeAsync();
        using var unused = await SignInAsync("carol", "Player/2.0");

        var page = WebUtility.HtmlDecode((await LogInAsync("carol")).Text);

        Families(page).Should().HaveCount(2);
        page.Should().Contain("Demo legacy app").And.Contain("Firefox on Linux").And.Contain("Player/2.0").And.Contain("not since it started");
        Regex.Count(page, @"UTC</time> from (127\.0\.0\.1|::1)").Should().Be(3, "two began, and one was used");
        Regex.Count(page, @"UTC</time> if it is not used, <time").Should().Be(2);
    }

    [Test]
    public async Task Device_is_shown_as_text()
    {
        const string Attack = "<script>alert(1)</script>\"'><img src=x>";
        using var device = await SignInAsync("dave", Attack);

        var page = await LogInAsync("dave");

        page.Text.Should().NotContain("<script").And.NotContain("<img").And.Contain("&lt;script&gt;alert(1)");
        page.Header("Content-Security-Policy").Should().StartWith("default-src 'none'; style-src 'self'");
    }

    [Test]
    public async Task One_is_ended_and_the_other_goes_on()
    {
        using var ended = await SignInAsync("erin", "First/1.0");
        using var living = await SignInAsync("erin", "Second/1.0");
        var page = await LogInAsync("erin");

        var reply = await EndAsync(page, "one", Families(page.Text)[0]);

        reply.Text.Should().Contain("One session was ended.").And.NotContain("First/1.0");
        (await ended.ExchangeAsync()).Should().Be("invalid_grant");
        (await living.ExchangeAsync()).Should().StartWith("rtr_");
    }

    [Test]
    public async Task All_others_leave_what_this_browser_started()
    {
        using var other = await SignInAsync("frank", "Other/1.0");
        await _browser.LogInAsync("frank");
        using var backend = new Backend(SharedServer.Origin);
        var request = new CodeRequest("spa");
        var own = await backend.TokenAsync(request.Redemption((await _browser.AuthorizeAsync(request, "frank")).Callback["code"]));
        var page = await _browser.GetAsync("/sessions");
        page.Text.Should().Contain("this browser");

        var reply = await EndAsync(page, "others");

        reply.Text.Should().Contain("One session was ended.");
        (await other.ExchangeAsync()).Should().Be("invalid_grant");
        (await backend.RefreshAsync("spa", own["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task All_are_ended()
    {
        using var first = await SignInAsync("grace", "First/1.0");
        using var second = await SignInAsync("grace", "Second/1.0");
        var page = await LogInAsync("grace");

        var reply = await EndAsync(page, "all");

        reply.Text.Should().Contain("2 sessions were ended.").And.Contain("There are none.");
        (await first.ExchangeAsync()).Should().Be("invalid_grant");
        (await second.ExchangeAsync()).Should().Be("invalid_grant");
    }

    [Test]
    public async Task Session_of_somebody_else_is_neither_shown_nor_ended()
    {
        using var victim = await SignInAsync("heidi", "Victim/1.0");
        using var victims = new Browser(SharedServer.Origin);
        await victims.LogInAsync("heidi");
        var family = Families((await victims.GetAsync("/sessions")).Text).Single();
        using var own = await SignInAsync("ivan", "Own/1.0");
        var page = await LogInAsync("ivan");
        page.Text.Should().NotContain("Victim/1.0");

        (await EndAsync(page, "one", family)).Text.Should().Contain("There was nothing left to end.");
        await EndAsync(page, "others");
        await EndAsync(page, "all");

        (await own.ExchangeAsync()).Should().Be("invalid_grant");
        (await victim.ExchangeAsync()).Should().StartWith("rtr_");
    }

    [Test]
    public async Task Form_without_the_token_of_this_browser_ends_nothing([Values("", "thief", null)] string? token)
    {
        using var device = await SignInAsync("judy", "Device/1.0");
        var family = Families((await LogInAsync("judy")).Text)[^1];
        using var thief = new Browser(SharedServer.Origin);
        await thief.LogInAsync("bob");
        var value = token == "thief" ? (await thief.GetAsync("/")).Form.Fields["form_token"] : token;
        KeyValuePair<string, string>[] fields = [new("end", "one"), new("family", family)];

        var reply = await _browser.PostAsync("/sessions", value is null ? fields : fields.Append(new("form_token", value)));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        (await device.ExchangeAsync()).Should().StartWith("rtr_");
    }

    [TestCase("one", "not-an-id")]
    [TestCase("one", null)]
    [TestCase("some", null)]
    public async Task Form_that_asks_for_nothing_known_is_refused(string end, string? family)
    {
        using var device = await SignInAsync("judy", "Device/1.0");

        (await EndAsync(await LogInAsync("judy"), end, family)).Status.Should().Be(HttpStatusCode.BadRequest);

        (await device.ExchangeAsync()).Should().StartWith("rtr_");
    }

    [Test]
    public async Task Visitor_signs_in_first_and_comes_back()
    {
        var page = await _browser.GetAsync("/sessions");
        page.AsksForPassword.Should().BeTrue();

        (await _browser.LogInAsync(page, "alice")).Text.Should().Contain("<h1>Your sessions</h1>");
    }

    [Test]
    public async Task Pages_show_each_session_once()
    {
        for (var i = 0; i < 23; i++)
        {
            (await SignInAsync("mallory", "Device/1.0")).Dispose();
        }

        var first = await LogInAsync("mallory");
        var second = await _browser.GetAsync(HtmlForm.Attribute(NextLink().Match(first.Text).Value, "href")!);

        Families(first.Text).Should().HaveCount(20);
        Families(second.Text).Should().HaveCount(3).And.NotIntersectWith(Families(first.Text));
        NextLink().IsMatch(second.Text).Should().BeFalse();
        second.Text.Should().Contain("""href="/sessions">First page""");
    }

    private static Task<Device> SignInAsync(string user, string userAgent) => Device.SignInAsync(SharedServer.Origin, user, userAgent);

    private static List<string> Families(string page) => [.. FamilyField().Matches(page).Select(match => match.Groups[1].Value)];

    private async Task<Reply> LogInAsync(string user) => await _browser.LogInAsync(await _browser.GetAsync("/sessions"), user);

    private async Task<Reply> EndAsync(Reply page, string end, string? family = null)
    {
        var token = page.Form.Fields["form_token"];
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["form_token"] = token, ["end"] = end };
        if (family is not null)
        {
            fields["family"] = family;
        }

        return await _browser.FollowAsync(await _browser.PostAsync("/sessions", fields));
    }

    [GeneratedRegex("name=\"family\" value=\"([0-9a-f]{32})\"")]
    private static partial Regex FamilyField();

    [GeneratedRegex("<a [^>]*rel=\"next\"[^>]*>")]
    private static partial Regex NextLink();
}
