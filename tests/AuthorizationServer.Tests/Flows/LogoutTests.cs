using System.Net;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

/// <summary>The log-out that browser SDKs use, and the one of the page. <see cref="OpenIdLogoutTests"/> has the standard one.</summary>
[TestFixture]
internal sealed class LogoutTests
{
    private Backend _backend = null!;
    private Browser _browser = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        (_backend, _browser) = (new(SharedServer.Origin), new(SharedServer.Origin));
        await _browser.LogInAsync();
    }

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _browser.Dispose();
    }

    [TestCase("client_id=spa&returnTo=http%3A%2F%2Flocalhost%3A5001", "http://localhost:5001")]
    [TestCase("client_id=mobile&returnTo=com.example.mobile%3A%2Fgoodbye", "com.example.mobile:/goodbye")]
    [TestCase("client_id=spa", "/")]
    public async Task Log_out_from_a_page_of_the_client_ends_the_session_and_returns(string query, string target)
    {
        var cookie = _browser.Cookie("session");

        var reply = await _browser.GetAsync("/v2/logout?" + query, CodeRequest.App);

        reply.Location!.OriginalString.Should().Be(target);
        _browser.Cookie("session").Should().BeNull();
        _browser.Cookies.Add(new Cookie("session", cookie, "/", "localhost"));
        (await SilentAsync()).Callback.Should().Contain("error", "login_required", "the session itself has ended, not its cookie alone");
    }

    [TestCase("client_id=spa&returnTo=http%3A%2F%2Flocalhost%3A5001", null)]
    [TestCase("client_id=spa&returnTo=http%3A%2F%2Flocalhost%3A5001", "http://evil.example/")]
    [TestCase("client_id=tv", CodeRequest.App)]
    [TestCase("", CodeRequest.App)]
    public async Task Another_site_signs_nobody_out_but_the_user_may(string query, string? referrer)
    {
        var page = await _browser.GetAsync("/v2/logout?" + query, referrer);

        page.Text.Should().Contain("Sign out?").And.Contain("alice");
        (await SilentAsync()).Callback.Should().ContainKey("code");
        var reply = await _browser.SubmitAsync(page);
        reply.Location!.OriginalString.Should().Be(query.Contains("returnTo", StringComparison.Ordinal) ? "http://localhost:5001" : "/");
        _browser.Cookie("session").Should().BeNull();
    }

    [Test]
    public async Task Visitor_is_sent_back_without_a_question()
    {
        using var visitor = new Browser(SharedServer.Origin);

        var reply = await visitor.GetAsync("/v2/logout?client_id=spa&returnTo=http%3A%2F%2Flocalhost%3A5001");

        reply.Location!.OriginalString.Should().Be("http://localhost:5001");
    }

    [TestCase("client_id=spa&returnTo=http%3A%2F%2Fevil.example")]
    [TestCase("client_id=spa&returnTo=http%3A%2F%2Flocalhost%3A5001%2Fother")]
    [TestCase("client_id=spa&returnTo=%2F%2Fevil.example")]
    [TestCase("client_id=nobody&returnTo=http%3A%2F%2Flocalhost%3A5001")]
    [TestCase("returnTo=http%3A%2F%2Flocalhost%3A5001")]
    [TestCase("client_id=spa&returnTo=http%3A%2F%2Flocalhost%3A5001&returnTo=http%3A%2F%2Fevil.example")]
    public async Task Address_that_is_not_registered_is_not_followed(string query)
    {
        var reply = await _browser.GetAsync("/v2/logout?" + query, CodeRequest.App);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Location.Should().BeNull();
        (await SilentAsync()).Callback.Should().ContainKey("code");
    }

    [Test]
    public async Task Address_that_the_page_brings_must_be_registered_too()
    {
        var page = await _browser.GetAsync("/oidc/logout?client_id=spa&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A5001");

        var reply = await _browser.SubmitAsync(page, ("post_logout_redirect_uri", "http://evil.example"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        (await SilentAsync()).Callback.Should().ContainKey("code");
    }

    [Test]
    public async Task Refresh_tokens_outlive_the_log_out()
    {
        var tokens = await TokensAsync();

        await _browser.GetAsync("/v2/logout?client_id=spa", CodeRequest.App);

        (await _backend.RefreshAsync("spa", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Log_out_on_the_page_ends_the_apps_of_this_session_if_the_user_wants_it([Values("/", "/oidc/logout")] string path)
    {
        var tokens = await TokensAsync();
        var elsewhere = await _backend.CodeFlowAsync(new CodeRequest());
        var page = await _browser.GetAsync(path);

        var reply = await _browser.SubmitAsync(page, ("apps", "on"));

        reply.Status.Should().Be(HttpStatusCode.SeeOther);
        _browser.Cookie("session").Should().BeNull();
        (await _backend.RefreshAsync("spa", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.Forbidden);
        (await _backend.RefreshAsync("spa", elsewhere["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Log_out_on_the_page_leaves_the_apps_alone_otherwise()
    {
        var tokens = await TokensAsync();

        await _browser.SubmitAsync(await _browser.GetAsync("/"));

        _browser.Cookie("session").Should().BeNull();
        (await _backend.RefreshAsync("spa", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
    }

    private Task<Reply> SilentAsync() => _browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address);

    private async Task<Reply> TokensAsync()
    {
        var request = new CodeRequest();
        return await _backend.TokenAsync(request.Redemption((await _browser.AuthorizeAsync(request)).Callback["code"]));
    }
}
