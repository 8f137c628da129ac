using System.Net;
using System.Text.RegularExpressions;
using AuthorizationServer.Tests.Operator.Support;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>"Was this you?": the mail after a theft, and the link in it.</summary>
[TestFixture]
internal sealed partial class NoticeTests
{
    [Test]
    public async Task Theft_is_mailed_and_the_link_ends_the_other_sessions_once()
    {
        using var stolen = await Device.SignInAsync(SharedServer.Origin, "sybil", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        using var other = await Device.SignInAsync(SharedServer.Origin, "sybil", "Second/1.0");
        using var reader = new Browser(SharedServer.Origin);
        await reader.LogInAsync("sybil");
        var link = await StealAsync(stolen, reader);

        // Whoever opens the link need not be signed in: it is a mail to the user.
        using var anywhere = new Browser(SharedServer.Origin);
        var page = await anywhere.GetAsync(link);
        var text = WebUtility.HtmlDecode(page.Text);
        text.Should().Contain("Was this you?").And.Contain("Demo legacy app").And.Contain("Firefox on Linux").And.MatchRegex(@"\d{1,2} \w{3} \d{4}, \d\d:\d\d UTC").And.MatchRegex(@"127\.0\.0\.1|::1");
        (await anywhere.GetAsync(link)).Status.Should().Be(HttpStatusCode.OK, "to look changes nothing");
        (await other.ExchangeAsync()).Should().StartWith("rtr_");

        var done = await anywhere.SubmitAsync(page, ("decision", "other"));

        done.Text.Should().Contain("One other session was ended.");
        (await other.ExchangeAsync()).Should().Be("invalid_grant");
        (await reader.GetAsync("/sessions")).AsksForPassword.Should().BeTrue("the browser's session ended too");
        using var later = await Device.SignInAsync(SharedServer.Origin, "sybil", "Later/1.0");
        (await anywhere.SubmitAsync(page, ("decision", "other"))).Status.Should().Be(HttpStatusCode.NotFound);
        (await anywhere.GetAsync(link)).Status.Should().Be(HttpStatusCode.NotFound);
        (await later.ExchangeAsync()).Should().StartWith("rtr_", "the link works once");
    }

    [Test]
    public async Task User_who_knows_the_device_ends_nothing_and_uses_the_link_up()
    {
        using var stolen = await Device.SignInAsync(SharedServer.Origin, "trent");
        using var other = await Device.SignInAsync(SharedServer.Origin, "trent");
        using var reader = new Browser(SharedServer.Origin);
        await reader.LogInAsync("trent");
        var link = await StealAsync(stolen, reader);

        (await reader.SubmitAsync(await reader.GetAsync(link), ("decision", "me"))).Text.Should().Contain("Thank you");

        (await other.ExchangeAsync()).Should().StartWith("rtr_");
        (await reader.GetAsync(link)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Code_that_a_thief_has_not_redeemed_ends_with_the_sessions()
    {
        using var stolen = await Device.SignInAsync(SharedServer.Origin, "xavier");
        using var thief = new Browser(SharedServer.Origin);
        using var backend = new Backend(SharedServer.Origin);
        var request = new CodeRequest();
        var code = (await thief.AuthorizeAsync(request, "xavier")).Callback["code"];
        using var reader = new Browser(SharedServer.Origin);
        await reader.LogInAsync("xavier");
        var link = await StealAsync(stolen, reader);
        await reader.SubmitAsync(await reader.GetAsync(link), ("decision", "other"));

        (await backend.TokenAsync(request.Redemption(code)))["error"].Should().Be("invalid_grant");

        using var later = new Browser(SharedServer.Origin);
        var next = new CodeRequest();
        (await backend.TokenAsync(next.Redemption((await later.AuthorizeAsync(next, "xavier")).Callback["code"]))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Link_that_is_submitted_many_times_at_once_acts_once()
    {
        using var stolen = await Device.SignInAsync(SharedServer.Origin, "yasmin");
        using var reader = new Browser(SharedServer.Origin);
        await reader.LogInAsync("yasmin");
        var page = await reader.GetAsync(await StealAsync(stolen, reader));

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => reader.SubmitAsync(page, ("decision", "other")))));

        replies.Should().ContainSingle(reply => reply.Status == HttpStatusCode.OK);
        replies.Where(reply => reply.Status != HttpStatusCode.OK).Should().OnlyContain(reply => reply.Status == HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Form_of_another_site_and_a_guessed_link_do_nothing()
    {
        using var stolen = await Device.SignInAsync(SharedServer.Origin, "victor");
        using var other = await Device.SignInAsync(SharedServer.Origin, "victor");
        using var reader = new Browser(SharedServer.Origin);
        await reader.LogInAsync("victor");
        var link = await StealAsync(stolen, reader);

        (await reader.PostAsync(link, [new("decision", "other"), new("form_token", "forged")])).Status.Should().Be(HttpStatusCode.BadRequest);
        (await reader.SubmitAsync(await reader.GetAsync(link), ("decision", "else"))).Status.Should().Be(HttpStatusCode.BadRequest);
        (await reader.GetAsync(link[..^1] + (link[^1] == 'A' ? 'B' : 'A'))).Status.Should().Be(HttpStatusCode.NotFound);
        (await reader.GetAsync("/was-this-you/x")).Status.Should().Be(HttpStatusCode.NotFound);

        (await other.ExchangeAsync()).Should().StartWith("rtr_");
        (await reader.GetAsync(link)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Mails_are_shown_to_their_reader_alone()
    {
        using var stolen = await Device.SignInAsync(SharedServer.Origin, "walter");
        using var reader = new Browser(SharedServer.Origin);
        await reader.LogInAsync("walter");
        var link = await StealAsync(stolen, reader);
        using var stranger = new Browser(SharedServer.Origin);
        (await stranger.GetAsync("/outbox")).AsksForPassword.Should().BeTrue();
        await stranger.LogInAsync("wendy");

        (await stranger.GetAsync("/outbox")).Text.Should().NotContain(link);
    }

    /// <summary>A thief presents the first token after the user has refreshed twice.</summary>
    /// <returns>The path of the link in the mail.</returns>
    private static async Task<string> StealAsync(Device device, Browser reader)
    {
        var copy = device.RefreshToken;
        await device.ExchangeAsync();
        await device.ExchangeAsync();
        (await device.ExchangeAsync(copy)).Should().Be("invalid_grant");
        var link = string.Empty;
        await Eventually.HoldsAsync(
            async () => (link = Link().Match((await reader.GetAsync("/outbox")).Text).Groups[1].Value).Length > 0,
            "the mail came");
        return link;
    }

    [GeneratedRegex("href=\"[^\"]*(/was-this-you/[A-Za-z0-9_-]{43})\"")]
    private static partial Regex Link();
}
