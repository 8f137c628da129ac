using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

[TestFixture]
internal sealed class SessionSafetyTests
{
    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => _browser = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _browser.Dispose();

    [Test]
    public async Task Cookies_are_out_of_reach_of_scripts_and_of_other_sites()
    {
        var page = await _browser.GetAsync("/login");
        var signedIn = await _browser.SubmitAsync(page, ("username", "alice"), ("password", "pw"));

        page.Header("Set-Cookie").Should().MatchRegex("^visitor=[A-Za-z0-9_-]{43}; path=/; samesite=lax; httponly$");
        signedIn.Header("Set-Cookie").Should().MatchRegex("^session=[A-Za-z0-9_-]{43}; path=/; samesite=lax; httponly$");
    }

    [Test]
    public async Task Cookies_are_bound_to_the_host_where_the_server_is_reached_by_https()
    {
        await using var server = await ServerProcess.StartAsync([.. SharedServer.InMemory, "--issuer", "https://login.example/"]);
        using var browser = new Browser(server.Origin);

        var page = await browser.GetAsync("/login");

        page.Header("Set-Cookie").Should().MatchRegex("^__Host-visitor=[A-Za-z0-9_-]{43}; path=/; secure; samesite=lax; httponly$");
    }

    [Test]
    public async Task Cookie_that_was_planted_before_the_log_in_leads_nowhere()
    {
        _browser.Cookies.Add(new Cookie("session", "planted", "/", "localhost"));

        await _browser.LogInAsync();

        _browser.Cookie("session").Should().NotBe("planted");
        (await WithCookieAsync("planted")).Callback.Should().Contain("error", "login_required");
    }

    [Test]
    public async Task Session_of_a_thief_that_was_planted_does_not_become_the_victims()
    {
        using var thief = new Browser(SharedServer.Origin);
        await thief.LogInAsync("bob");
        var planted = thief.Cookie("session")!;
        _browser.Cookies.Add(new Cookie("session", planted, "/", "localhost"));

        await _browser.LogInAsync();

        _browser.Cookie("session").Should().NotBe(planted);
        (await thief.GetAsync("/")).Text.Should().NotContain("Alice");
        (await _browser.GetAsync("/")).Text.Should().Contain("Hello, Alice Example");
    }

    [Test]
    public async Task Session_in_tokens_is_not_the_cookie()
    {
        using var backend = new Backend(SharedServer.Origin);
        var request = new CodeRequest();
        var tokens = await backend.TokenAsync(request.Redemption((await _browser.AuthorizeAsync(request)).Callback["code"]));

        var cookie = _browser.Cookie("session")!;

        Jwt.Claim(tokens["id_token"]!, "sid").Should().NotBeNullOrEmpty().And.NotBe(cookie);
        (await WithCookieAsync(Jwt.Claim(tokens["id_token"]!, "sid")!)).Callback.Should().Contain("error", "login_required");
    }

    private static async Task<Reply> WithCookieAsync(string session)
    {
        using var browser = new Browser(SharedServer.Origin);
        browser.Cookies.Add(new Cookie("session", session, "/", "localhost"));
        return await browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address);
    }
}
