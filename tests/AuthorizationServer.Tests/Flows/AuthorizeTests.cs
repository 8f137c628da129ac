using System.Net;
using System.Text.Json;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class AuthorizeTests
{
    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => _browser = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _browser.Dispose();

    [Test]
    public async Task Silent_request_without_a_session_answers_login_required()
    {
        var answer = await _browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address);

        answer.Callback.Should().Contain("error", "login_required").And.Contain("state", "state-1");
    }

    [Test]
    public async Task Silent_request_with_a_session_answers_a_code()
    {
        await _browser.LogInAsync();

        var answer = await _browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address);

        answer.Callback.Should().ContainKey("code");
    }

    [TestCase("login")]
    [TestCase("select_account")]
    public async Task Request_for_a_log_in_shows_the_page_though_there_is_a_session_and_goes_on_after_it(string prompt)
    {
        await _browser.LogInAsync();
        var before = _browser.Cookie("session");

        var page = await _browser.GetAsync(new CodeRequest("spa", ("prompt", prompt)).Address);
        page.AsksForPassword.Should().BeTrue();
        var answer = await _browser.LogInAsync(page, "bob");

        answer.Callback.Should().ContainKey("code");
        _browser.Cookie("session").Should().NotBe(before);
    }

    [Test]
    public async Task Session_that_is_too_old_for_the_client_is_renewed()
    {
        await _browser.LogInAsync();
        var request = new CodeRequest("spa", ("max_age", "0"));

        var silent = await _browser.GetAsync(new CodeRequest("spa", ("max_age", "0"), ("prompt", "none")).Address);
        var page = await _browser.GetAsync(request.Address);

        silent.Callback.Should().Contain("error", "login_required");
        page.AsksForPassword.Should().BeTrue();
        (await _browser.LogInAsync(page)).Callback.Should().ContainKey("code");
        (await _browser.GetAsync(new CodeRequest("spa", ("max_age", "3600")).Address)).Callback.Should().ContainKey("code");
    }

    [Test]
    public async Task Login_hint_fills_the_name()
    {
        var page = await _browser.GetAsync(new CodeRequest("spa", ("login_hint", "bob")).Address);

        page.Form.Fields.Should().Contain("username", "bob");
    }

    [Test]
    public async Task Wrong_password_shows_the_page_again_and_the_right_one_goes_on()
    {
        var page = await _browser.GetAsync(new CodeRequest().Address);

        var again = await _browser.LogInAsync(page, "alice", "wrong");
        var unknown = await _browser.LogInAsync(page, "nobody", "pw");
        var answer = await _browser.LogInAsync(again);

        again.Status.Should().Be(HttpStatusCode.BadRequest);
        again.Text.Should().Contain("Wrong user name or password.");
        unknown.Text.Replace("nobody", "alice", StringComparison.Ordinal).Should().Be(again.Text, "who tries names must not learn which exist");
        answer.Callback.Should().ContainKey("code");
    }

    [Test]
    public async Task Consent_is_asked_for_where_the_client_wants_it()
    {
        await _browser.LogInAsync();
        var request = new CodeRequest("spa", ("prompt", "consent"));

        var page = await _browser.GetAsync(request.Address);
        page.AsksForConsent.Should().BeTrue();
        page.Text.Should().Contain("Demo app").And.Contain("read:messages");
        var denied = await _browser.FollowAsync(await _browser.SubmitAsync(page, ("decision", "deny")));
        var allowed = await _browser.FollowAsync(await _browser.SubmitAsync(page, ("decision", "allow")));

        denied.Callback.Should().Contain("error", "access_denied").And.Contain("state", "state-1");
        allowed.Callback.Should().ContainKey("code");
    }

    [Test]
    public async Task App_of_somebody_else_is_asked_about_until_the_user_has_allowed_all_that_it_wants()
    {
        await _browser.LogInAsync();
        var little = new CodeRequest("partner", ("scope", "openid"));
        var more = new CodeRequest("partner", ("scope", "openid read:messages"), ("prompt", "none"));
        var silent = new CodeRequest("partner", ("scope", "openid"), ("prompt", "none"));

        (await _browser.GetAsync(silent.Address)).Callback.Should().Contain("error", "consent_required");
        (await _browser.AuthorizeAsync(little)).Callback.Should().ContainKey("code");
        (await _browser.GetAsync(silent.Address)).Callback.Should().ContainKey("code");
        (await _browser.GetAsync(more.Address)).Callback.Should().Contain("error", "consent_required");
        await _browser.LogInAsync("bob");
        (await _browser.GetAsync(silent.Address)).Callback.Should().Contain("error", "consent_required", "another user has allowed it");
    }

    [Test]
    public async Task Silent_request_by_message_answers_a_page_that_the_client_may_embed()
    {
        var request = new CodeRequest("spa", ("prompt", "none"), ("response_mode", "web_message"));

        var refused = await _browser.GetAsync(request.Address);
        await _browser.LogInAsync();
        var answered = await _browser.GetAsync(request.Address);

        Message(refused)["error"].Should().Be("login_required");
        Message(refused)["state"].Should().Be("state-1");
        Message(answered).Should().ContainKeys("code", "state").And.Contain("iss", SharedServer.Origin + "/").And.HaveCount(3);
        HtmlForm.Attribute(answered.Text, "data-target-origin").Should().Be(CodeRequest.App);
        answered.Headers.Contains("X-Frame-Options").Should().BeFalse();
        answered.Header("Content-Security-Policy").Should()
            .Contain($"frame-ancestors {CodeRequest.App} {SharedServer.Origin}").And.Contain("script-src 'self';").And.Contain("default-src 'none'");
    }

    [Test]
    public async Task Script_of_the_message_page_is_served()
    {
        var script = await _browser.GetAsync("/web-message.js");

        script.ContentType.Should().Be("text/javascript");
        script.Text.Should().Contain("postMessage");
    }

    [TestCase("client_id", "nobody")]
    [TestCase("client_id", null)]
    [TestCase("redirect_uri", null)]
    [TestCase("redirect_uri", "http://evil.example/")]
    [TestCase("redirect_uri", "http://localhost:5001/callback/")]
    [TestCase("redirect_uri", "http://localhost:5001/callback?x=1")]
    [TestCase("redirect_uri", "http://localhost:5001.evil.example")]
    [TestCase("redirect_uri", "http://localhost:5001@evil.example")]
    [TestCase("redirect_uri", "HTTP://LOCALHOST:5001")]
    [TestCase("redirect_uri", "com.example.mobile:/callback")]
    public async Task Address_that_may_be_anybodys_is_not_followed(string name, string? value)
    {
        var answer = await _browser.GetAsync(new CodeRequest("spa", (name, value)).Address);

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Location.Should().BeNull();
    }

    [Test]
    public async Task Second_address_in_one_request_is_not_followed()
    {
        var answer = await _browser.GetAsync(new CodeRequest().Address + "&redirect_uri=http://evil.example/");

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Location.Should().BeNull();
    }

    [Test]
    public async Task Message_to_an_origin_that_is_not_registered_is_not_sent()
    {
        var answer = await _browser.GetAsync(
            new CodeRequest("mobile", ("redirect_uri", "com.example.mobile:/callback"), ("response_mode", "web_message")).Address);

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Header("X-Frame-Options").Should().Be("DENY");
    }

    [TestCase("response_type", "token", "unsupported_response_type")]
    [TestCase("response_type", null, "unsupported_response_type")]
    [TestCase("response_mode", "jwt", "invalid_request")]
    [TestCase("code_challenge", null, "invalid_request")]
    [TestCase("code_challenge", "short", "invalid_request")]
    [TestCase("code_challenge_method", "plain", "invalid_request")]
    [TestCase("code_challenge_method", null, "invalid_request")]
    [TestCase("audience", "https://api9", "invalid_target")]
    [TestCase("scope", "open\"id", "invalid_scope")]
    [TestCase("prompt", "none login", "invalid_request")]
    [TestCase("prompt", "dance", "invalid_request")]
    [TestCase("max_age", "-1", "invalid_request")]
    [TestCase("request", "e30.e30.", "request_not_supported")]
    [TestCase("request_uri", "https://x.example", "request_uri_not_supported")]
    public async Task Bad_request_of_a_known_client_is_answered_at_its_callback(string name, string? value, string error)
    {
        var answer = await _browser.GetAsync(new CodeRequest("spa", (name, value)).Address);

        answer.Callback.Should().Contain("error", error).And.Contain("state", "state-1").And.Contain("iss", SharedServer.Origin + "/");
    }

    [TestCase("&scope=openid")]
    [TestCase("&state=other")]
    public async Task Parameter_that_is_given_twice_is_refused(string more)
    {
        var answer = await _browser.GetAsync(new CodeRequest().Address + more);

        answer.Callback.Should().Contain("error", "invalid_request");
    }

    [Test]
    public async Task Nonce_that_is_too_long_is_refused()
    {
        var answer = await _browser.GetAsync(new CodeRequest("spa", ("nonce", new string('n', 2001))).Address);

        answer.Callback.Should().Contain("error", "invalid_request");
    }

    [Test]
    public async Task Confidential_client_may_use_a_challenge_but_not_a_plain_one()
    {
        await _browser.LogInAsync();

        (await _browser.GetAsync(new CodeRequest("web").Address)).Callback.Should().ContainKey("code");
        (await _browser.GetAsync(new CodeRequest("web", ("code_challenge_method", "plain")).Address)).Callback.Should().Contain("error", "invalid_request");
    }

    [TestCase("nonce-1", "openid", true)]
    [TestCase(null, "openid", false)]
    [TestCase("nonce-1", "read:messages", false)]
    public async Task Confidential_client_without_a_challenge_needs_a_nonce(string? nonce, string scope, bool isEnough)
    {
        await _browser.LogInAsync();

        var answer = await _browser.GetAsync(new CodeRequest("web", ("code_challenge", null), ("code_challenge_method", null), ("nonce", nonce), ("scope", scope)).Address);

        answer.Callback.ContainsKey("code").Should().Be(isEnough);
        answer.Callback.GetValueOrDefault("error").Should().Be(isEnough ? null : "invalid_request");
    }

    private static Dictionary<string, string> Message(Reply reply) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(HtmlForm.Attribute(reply.Text, "data-response")!)!;
}
