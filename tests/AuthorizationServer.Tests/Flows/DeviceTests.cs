using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class DeviceTests
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";
    private const string Scope = "openid offline_access read:messages";

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
    public async Task Device_gets_its_codes()
    {
        var reply = await StartAsync();

        reply["user_code"].Should().MatchRegex("^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$");
        reply["verification_uri"].Should().Be(SharedServer.Origin + "/activate");
        reply["verification_uri_complete"].Should().Be($"{SharedServer.Origin}/activate?user_code={reply["user_code"]}");
        reply["expires_in"].Should().Be("600");
        reply["interval"].Should().Be("5");
        reply.Header("Cache-Control").Should().Be("no-store");
    }

    [Test]
    public async Task User_types_the_code_and_allows_and_the_device_gets_tokens_that_rotate()
    {
        var device = await StartAsync();
        (await PollAsync(device))["error"].Should().Be("authorization_pending");

        var asked = await _browser.LogInAsync(await _browser.GetAsync("/activate"));
        var decision = await _browser.SubmitAsync(asked, ("user_code", device["user_code"]!));
        decision.Text.Should().Contain(device["user_code"]!).And.Contain("Demo television").And.Contain("read:messages");
        var done = await _browser.SubmitAsync(decision, ("decision", "allow"));
        var tokens = await PollAsync(device);

        done.Text.Should().Contain("Your device is connected");
        tokens.Status.Should().Be(HttpStatusCode.OK);
        Jwt.Claim(tokens["id_token"]!, "sub").Should().Be("alice");
        (await _backend.RefreshAsync("tv", tokens["refresh_token"]!))["refresh_token"].Should().NotBe(tokens["refresh_token"]);
    }

    [Test]
    public async Task Address_with_the_code_survives_the_log_in_and_still_asks()
    {
        var device = await StartAsync();

        var login = await _browser.GetAsync(device["verification_uri_complete"]!);
        var asked = await _browser.LogInAsync(login, "bob");
        await _browser.SubmitAsync(asked, ("decision", "allow"));

        Jwt.Claim((await PollAsync(device))["access_token"]!, "sub").Should().Be("bob");
    }

    [Test]
    public async Task Code_is_found_however_it_is_typed()
    {
        var device = await StartAsync();
        await _browser.LogInAsync();
        var typed = $" {device["user_code"]!.Replace("-", " . ", StringComparison.Ordinal).ToLowerInvariant()} ";

        var asked = await _browser.SubmitAsync(await _browser.GetAsync("/activate"), ("user_code", typed));

        asked.Text.Should().Contain(device["user_code"]!);
    }

    [Test]
    public async Task User_denies_and_the_device_hears_it()
    {
        var device = await StartAsync();
        await AnswerAsync(device, "deny");

        (await PollAsync(device))["error"].Should().Be("access_denied");
    }

    [Test]
    public async Task Device_that_asks_too_often_is_slowed_down_and_still_served()
    {
        var device = await StartAsync();

        var errors = new[] { (await PollAsync(device))["error"], (await PollAsync(device))["error"], (await PollAsync(device))["error"] };
        await AnswerAsync(device, "allow");

        errors.Should().Equal("authorization_pending", "slow_down", "slow_down");
        (await PollAsync(device)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Device_code_works_once()
    {
        var device = await StartAsync();
        await AnswerAsync(device, "allow");
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PollAsync(device)));

        replies.Count(reply => reply.Status == HttpStatusCode.OK).Should().BeLessThanOrEqualTo(1);
        (await PollAsync(device))["error"].Should().Be("invalid_grant");
    }

    [Test]
    public async Task Device_that_asks_twice_at_once_keeps_what_it_got()
    {
        for (var round = 0; round < 10; round++)
        {
            var device = await StartAsync();
            await AnswerAsync(device, "allow");

            var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PollAsync(device)));

            var tokens = replies.Should().ContainSingle(reply => reply.Status == HttpStatusCode.OK).Subject;
            (await _backend.RefreshAsync("tv", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
        }
    }

    [Test]
    public async Task Confidential_device_authenticates_and_bodies_may_be_json()
    {
        await using var server = await ServerProcess.StartAsync([
            .. SharedServer.InMemory, "--Clients:box:GrantTypes:0", Grant, "--Clients:box:DefaultAudience", "https://api1",
            "--Clients:box:SecretHash", RefreshTokenRotation.AspNetCore.ClientSecret.Hash("a secret of its own"),
        ]);
        using var backend = new Backend(server.Origin);
        using var http = new HttpClient();
        using var json = new StringContent("""{"client_id":"tv"}""", System.Text.Encoding.UTF8, "application/json");

        using var asJson = await http.PostAsync(new Uri(server.Origin + "/oauth/device/code"), json);
        var known = await backend.PostAsAsync("box", "a secret of its own", "/oauth/device/code");
        var guessed = await backend.PostAsAsync("box", "guessed", "/oauth/device/code");
        var unproved = await backend.PostAsync("/oauth/device/code", ("client_id", "box"));

        asJson.StatusCode.Should().Be(HttpStatusCode.OK);
        known["device_code"].Should().NotBeNull();
        guessed.Status.Should().Be(HttpStatusCode.Unauthorized);
        unproved["error"].Should().Be("invalid_client");
    }

    [Test]
    public async Task Scripts_may_ask_for_codes()
    {
        using var http = new HttpClient { BaseAddress = new Uri(SharedServer.Origin) };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/oauth/device/code");
        preflight.Headers.Add("Origin", "http://tv.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "x-requested-with");

        using var answer = await http.SendAsync(preflight);

        answer.Headers.GetValues("Access-Control-Allow-Headers").Should().Equal("x-requested-with");
    }

    [Test]
    public async Task User_code_works_once()
    {
        var device = await StartAsync();
        await AnswerAsync(device, "allow");

        var again = await _browser.GetAsync(device["verification_uri_complete"]!);

        again.Status.Should().Be(HttpStatusCode.BadRequest);
        again.Text.Should().Contain("No device is waiting with this code.");
    }

    [TestCase("client_id", "nobody", "invalid_client")]
    [TestCase("client_id", null, "invalid_client")]
    [TestCase("client_id", "web", "invalid_client")]
    [TestCase("audience", "{server}/api/v2/", "invalid_target")]
    [TestCase("scope", "open\"id", "invalid_scope")]
    [TestCase("client_id", "spa", "unauthorized_client")]
    [TestCase("audience", "https://api9", "invalid_target")]
    public async Task Bad_request_for_codes_is_refused(string name, string? value, string error)
    {
        var reply = await _backend.PostAsync("/oauth/device/code", name == "client_id" ? [(name, value)] : [("client_id", "tv"), (name, value?.Replace("{server}", SharedServer.Origin, StringComparison.Ordinal))]);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply["error"].Should().Be(error);
    }

    [Test]
    public async Task Device_code_of_another_client_or_of_nobody_is_refused()
    {
        var device = await StartAsync();

        (await PollAsync(device, client: "other-tv"))["error"].Should().Be("invalid_grant");
        (await _backend.TokenAsync(("grant_type", Grant), ("client_id", "tv"), ("device_code", "guessed")))["error"].Should().Be("invalid_grant");
        (await _backend.TokenAsync(("grant_type", Grant), ("client_id", "tv")))["error"].Should().Be("invalid_request");
        (await PollAsync(device))["error"].Should().Be("authorization_pending");
    }

    [Test]
    public async Task Guessing_codes_is_slowed_down_though_the_page_before_the_decision_is_left_out()
    {
        await using var server = await ServerProcess.StartAsync("--store", "memory", "--AttemptsPerMinute", "5");
        using var backend = new Backend(server.Origin);
        using var thief = new Browser(server.Origin);
        var device = await backend.PostAsync("/oauth/device/code", ("client_id", "tv"));
        await thief.LogInAsync();
        var token = (await thief.GetAsync("/")).Form.Fields["form_token"];
        Task<Reply> GuessAsync(string code) =>
            thief.PostAsync("/activate", [new("form_token", token), new("user_code", code), new("decision", "allow")]);

        Reply[] guesses = [await GuessAsync("BBBB-BBBB"), await GuessAsync("BBBB-BBBC"), await GuessAsync("BBBB-BBBD"), await GuessAsync(device["user_code"]!)];
        var flood = await backend.PostAsync("/oauth/device/code", ("client_id", "tv"));

        guesses.Select(guess => guess.Status).Should().Equal(
            HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests);
        flood.Status.Should().Be(HttpStatusCode.TooManyRequests);
    }

    private Task<Reply> StartAsync() => _backend.PostAsync("/oauth/device/code", ("client_id", "tv"), ("scope", Scope));

    private Task<Reply> PollAsync(Reply device, string client = "tv") => _backend.TokenAsync(
        ("grant_type", Grant), ("client_id", client), ("device_code", device["device_code"]));

    private async Task AnswerAsync(Reply device, string decision)
    {
        await _browser.LogInAsync();
        await _browser.SubmitAsync(await _browser.GetAsync(device["verification_uri_complete"]!), ("decision", decision));
    }
}
