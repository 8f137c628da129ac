using System.Net;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class CodeFlowTests
{
    private Backend _backend = null!;
    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => (_backend, _browser) = (new(SharedServer.Origin), new(SharedServer.Origin));

    [TearDown]
    public void TearDown()
    {
        _backend.Dispose();
        _browser.Dispose();
    }

    [Test]
    public async Task Log_in_gives_a_code_to_the_callback_with_state_and_issuer()
    {
        var answer = await _browser.AuthorizeAsync(new CodeRequest());

        answer.Location!.GetLeftPart(UriPartial.Path).TrimEnd('/').Should().Be(CodeRequest.App);
        answer.Callback.Should().ContainKey("code").And.Contain("state", "state-1").And.Contain("iss", SharedServer.Origin + "/").And.HaveCount(3);
    }

    [Test]
    public async Task Code_gives_an_id_token_for_this_request_and_this_user()
    {
        var tokens = await _backend.CodeFlowAsync(new CodeRequest(), "bob");

        tokens.Status.Should().Be(HttpStatusCode.OK);
        var idToken = tokens["id_token"]!;
        Jwt.Claim(idToken, "iss").Should().Be(SharedServer.Origin + "/");
        Jwt.Claim(idToken, "aud").Should().Be("spa");
        Jwt.Claim(idToken, "sub").Should().Be("bob");
        Jwt.Claim(idToken, "nonce").Should().Be("nonce-1");
        Jwt.Claim(idToken, "name").Should().Be("Bob Example");
        Jwt.Claim(idToken, "email").Should().Be("bob@example.test");
    }

    [Test]
    public async Task Refresh_rotates_and_a_replay_ends_the_family()
    {
        var first = await _backend.CodeFlowAsync(new CodeRequest());
        var second = await _backend.RefreshAsync("spa", first["refresh_token"]!);
        second.Status.Should().Be(HttpStatusCode.OK);
        second["refresh_token"].Should().NotBe(first["refresh_token"]);
        Jwt.Claim(second["id_token"]!, "nonce").Should().BeNull();

        var replay = await _backend.RefreshAsync("spa", first["refresh_token"]!);
        var afterwards = await _backend.RefreshAsync("spa", second["refresh_token"]!);

        foreach (var refused in new[] { replay, afterwards })
        {
            refused.Status.Should().Be(HttpStatusCode.Forbidden);
            refused["error"].Should().Be("invalid_grant");
            refused["error_description"].Should().Be("Unknown or invalid refresh token.");
        }
    }

    [Test]
    public async Task Leeway_gives_the_same_successor_again()
    {
        var first = await _backend.CodeFlowAsync(new CodeRequest("spa-leeway"));

        var second = await _backend.RefreshAsync("spa-leeway", first["refresh_token"]!);
        var retry = await _backend.RefreshAsync("spa-leeway", first["refresh_token"]!);

        second["refresh_token"].Should().NotBe(first["refresh_token"]);
        retry["refresh_token"].Should().Be(second["refresh_token"]);
    }

    [Test]
    public async Task Client_without_rotation_gets_its_token_back()
    {
        var first = await _backend.CodeFlowAsync(new CodeRequest("spa-static"));

        var second = await _backend.RefreshAsync("spa-static", first["refresh_token"]!);

        second["refresh_token"].Should().Be(first["refresh_token"]);
    }

    [Test]
    public async Task Refresh_for_the_second_resource_server_works_where_the_policy_names_it()
    {
        var first = await _backend.CodeFlowAsync(new CodeRequest("spa-leeway"));
        var strict = await _backend.CodeFlowAsync(new CodeRequest("spa"));

        var allowed = await _backend.RefreshAsync("spa-leeway", first["refresh_token"]!, ("audience", "https://api2"), ("scope", "read:reports"));
        var refused = await _backend.RefreshAsync("spa", strict["refresh_token"]!, ("audience", "https://api2"), ("scope", "read:reports"));

        Jwt.Claim(allowed["access_token"]!, "aud").Should().Be("https://api2");
        Jwt.Claim(allowed["access_token"]!, "scope").Should().Be("read:reports");
        refused["error"].Should().BeOneOf("invalid_scope", "invalid_target");
    }

    [TestCase("openid read:messages", "https://api1", TestName = "Without_offline_access_there_is_no_refresh_token")]
    [TestCase("openid offline_access read:secrets", "https://api3", TestName = "An_API_without_offline_access_gives_no_refresh_token")]
    public async Task No_refresh_token(string scope, string audience)
    {
        var tokens = await _backend.CodeFlowAsync(new CodeRequest("spa", ("scope", scope), ("audience", audience)));

        tokens.Status.Should().Be(HttpStatusCode.OK);
        tokens["refresh_token"].Should().BeNull();
        Jwt.Claim(tokens["access_token"]!, "aud").Should().Be(audience);
    }

    [Test]
    public async Task Scope_that_nobody_knows_is_left_out_and_the_answer_says_so()
    {
        var tokens = await _backend.CodeFlowAsync(new CodeRequest("spa", ("scope", "openid read:messages read:secrets fly")));

        tokens["scope"].Should().Be("openid read:messages");
    }

    [Test]
    public async Task Confidential_client_needs_no_challenge_but_its_secret()
    {
        var request = new CodeRequest("web", ("code_challenge", null), ("code_challenge_method", null));
        var answer = await _browser.AuthorizeAsync(request);
        var form = request.Redemption(answer.Callback["code"], ("client_id", null));

        var stranger = await _backend.PostAsAsync("web", "guessed", "/oauth/token", form);
        var tokens = await _backend.PostAsAsync("web", "web-secret", "/oauth/token", form);

        stranger.Status.Should().Be(HttpStatusCode.Unauthorized);
        tokens.Status.Should().Be(HttpStatusCode.OK);
        var refreshed = await _backend.TokenAsync(
            ("grant_type", "refresh_token"), ("client_id", "web"), ("client_secret", "web-secret"), ("refresh_token", tokens["refresh_token"]));
        refreshed.Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Phone_app_gets_its_code_at_its_own_scheme()
    {
        var request = new CodeRequest("mobile", ("redirect_uri", "com.example.mobile:/callback"));

        var answer = await _browser.AuthorizeAsync(request);

        answer.Location!.OriginalString.Should().StartWith("com.example.mobile:/callback?code=");
        (await _backend.TokenAsync(request.Redemption(answer.Callback["code"]))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task App_behind_a_private_use_scheme_is_asked_about_every_time()
    {
        await _browser.LogInAsync();
        var request = new CodeRequest("mobile", ("redirect_uri", "com.example.mobile:/callback"));
        var silent = new CodeRequest("mobile", ("redirect_uri", "com.example.mobile:/callback"), ("prompt", "none"));

        for (var time = 0; time < 2; time++)
        {
            (await _browser.GetAsync(silent.Address)).Location!.Query.Should().Contain("error=consent_required");
            var page = await _browser.GetAsync(request.Address);
            page.AsksForConsent.Should().BeTrue("any app of the device may have claimed the scheme");
            (await _browser.SubmitAsync(page, ("decision", "allow"))).Location!.OriginalString.Should().StartWith("com.example.mobile:/callback?code=");
        }
    }

    [Test]
    public async Task Access_token_opens_the_api_and_tells_who_the_user_is()
    {
        var tokens = await _backend.CodeFlowAsync(new CodeRequest());

        var messages = await _backend.GetAsync("/api/messages", tokens["access_token"]);
        var userInfo = await _backend.GetAsync("/userinfo", tokens["access_token"]);

        messages["user"].Should().Be("alice");
        userInfo["sub"].Should().Be("alice");
        userInfo["name"].Should().Be("Alice Example");
        userInfo["email"].Should().Be("alice@example.test");
    }

    [TestCase("read:messages", "https://api2", "/api/messages", HttpStatusCode.Unauthorized)]
    [TestCase("openid", "https://api1", "/api/messages", HttpStatusCode.Forbidden)]
    [TestCase("read:messages", "https://api1", "/userinfo", HttpStatusCode.Forbidden)]
    public async Task Access_token_opens_nothing_else(string scope, string audience, string path, HttpStatusCode status)
    {
        var tokens = await _backend.CodeFlowAsync(new CodeRequest("spa", ("scope", scope), ("audience", audience)));

        var reply = await _backend.GetAsync(path, tokens["access_token"]);

        reply.Status.Should().Be(status);
        reply.Headers.WwwAuthenticate.ToString().Should().StartWith("Bearer error=");
    }

    [TestCase("/api/messages")]
    [TestCase("/userinfo")]
    public async Task Without_a_valid_access_token_nothing_opens(string path)
    {
        (await _backend.GetAsync(path)).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await _backend.GetAsync(path, "e30.e30.e30")).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [TestCase("/api/messages")]
    [TestCase("/userinfo")]
    public async Task Browser_apps_of_registered_origins_may_call_the_api_and_others_may_not(string path)
    {
        var ours = await _backend.GetAsync(path, null, ("Origin", CodeRequest.App));
        var theirs = await _backend.GetAsync(path, null, ("Origin", "http://evil.example"));

        ours.Header("Access-Control-Allow-Origin").Should().Be(CodeRequest.App);
        theirs.Header("Access-Control-Allow-Origin").Should().BeEmpty();
    }

    [Test]
    public async Task Json_bodies_work_at_the_token_endpoint()
    {
        using var http = new HttpClient { BaseAddress = new Uri(SharedServer.Origin) };
        var first = await _backend.PasswordAsync();
        using var body = new StringContent(
            $$"""{"grant_type":"refresh_token","client_id":"legacy","refresh_token":"{{first["refresh_token"]}}"}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

        using var response = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), body);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
