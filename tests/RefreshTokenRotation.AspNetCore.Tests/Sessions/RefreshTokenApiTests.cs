using System.Net;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.Sessions;

/// <summary>Log-in, refresh, log-out and sessions of an API without OAuth clients; the refresh token is in the body.</summary>
[TestFixture]
internal sealed class RefreshTokenApiTests
{
    private TestHost _host = null!;

    [SetUp]
    public async Task SetUp() => _host = await SessionHost.StartAsync();

    [TearDown]
    public async Task TearDown() => await _host.DisposeAsync();

    [Test]
    public async Task Log_in_answers_tokens_that_refresh_rotates()
    {
        var (login, answer) = await _host.SendAsync("POST", "/login/alice");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        (login.Text("tokenType"), login.GetProperty("expiresIn").GetInt32()).Should().Be(("Bearer", 300));
        login.Text("accessToken").Should().StartWith("at-");

        var (next, _) = await RefreshAsync(login.Text("refreshToken"));

        next.Text("refreshToken").Should().NotBe(login.Text("refreshToken"));
        (await RefreshAsync(next.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Replay_ends_the_session_and_all_refusals_look_alike()
    {
        var (login, _) = await _host.SendAsync("POST", "/login/alice");
        var (next, _) = await RefreshAsync(login.Text("refreshToken"));
        await RefreshAsync(next.Text("refreshToken"));

        var (replay, replayed) = await RefreshAsync(login.Text("refreshToken"));
        var (after, ended) = await RefreshAsync(next.Text("refreshToken"));
        var (unknown, malformed) = await RefreshAsync("nonsense");

        new[] { replayed, ended, malformed }.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.Unauthorized);
        new[] { replay, after, unknown }.Select(body => body.GetRawText()).Distinct().Should().ContainSingle().Which.Should().Contain("\"error\":\"invalid_grant\"");
        replayed.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
    }

    [TestCase("", 400)]
    [TestCase("null", 400)]
    [TestCase("{}", 400)]
    [TestCase("[]", 400)]
    [TestCase("{\"refreshToken\":null}", 400)]
    [TestCase("{\"refreshToken\":\"\"}", 400)]
    [TestCase("{\"refreshToken\":5}", 400)]
    [TestCase("{\"refreshToken\":", 400)]
    [TestCase("{\"refreshToken\":\"x\"}", 401)]
    public async Task Bad_body_is_the_callers_fault(string body, int status)
    {
        foreach (var path in new[] { "/auth/refresh", "/auth/logout" })
        {
            var (_, answer) = await _host.SendAsync("POST", path, body);
            ((int)answer.StatusCode).Should().Be(path == "/auth/logout" && status == 401 ? 204 : status, path);
        }
    }

    [Test]
    public async Task Body_that_is_no_JSON_is_415_and_one_that_is_too_large_413()
    {
        (await _host.SendAsync("POST", "/auth/refresh", new FormUrlEncodedContent([KeyValuePair.Create("refreshToken", "x")])))
            .Answer.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await _host.SendAsync("POST", "/auth/refresh", $$"""{"refreshToken":"{{new string('x', 20_000)}}"}"""))
            .Answer.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Test]
    public async Task Log_out_ends_the_session_once_and_for_all()
    {
        var (login, _) = await _host.SendAsync("POST", "/login/alice");
        var body = new { refreshToken = login.Text("refreshToken") };

        (await _host.SendAsync("POST", "/auth/logout", body)).Answer.StatusCode.Should().Be(HttpStatusCode.NoContent);
        (await _host.SendAsync("POST", "/auth/logout", body)).Answer.StatusCode.Should().Be(HttpStatusCode.NoContent);

        (await RefreshAsync(login.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Outage_is_503_and_consumes_nothing()
    {
        var (login, _) = await _host.SendAsync("POST", "/login/alice");

        _host.Issuer.Failure = new IOException("signer down");
        var (_, refresh) = await RefreshAsync(login.Text("refreshToken"));
        var (_, signIn) = await _host.SendAsync("POST", "/login/bob");
        var (_, own) = await _host.SendAsync("POST", "/own", new { token = login.Text("refreshToken") });
        _host.Issuer.Failure = null;

        new[] { refresh, signIn }.Should().OnlyContain(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter!.Delta == TimeSpan.FromSeconds(1));
        _host.Logs.Of(301).Should().HaveCount(2, "an outage is logged, at the log-in too");
        own.StatusCode.Should().Be(HttpStatusCode.InternalServerError, "the host's own endpoint makes its own access token");
        (await RefreshAsync(login.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [TestCase("/auth/refresh")]
    [TestCase("/own")]
    public async Task Store_that_is_down_is_503(string path)
    {
        var (login, _) = await _host.SendAsync("POST", "/login/alice");
        _host.Store.OnNext(StoreCall.Find, StoreFault.ThrowBeforeWrite);

        var (_, answer) = await _host.SendAsync("POST", path, new { refreshToken = login.Text("refreshToken"), token = login.Text("refreshToken") });

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.Should().NotBeNull();
    }

    [Test]
    public async Task Own_endpoint_answers_as_the_mapped_one_does()
    {
        var (login, _) = await _host.SendAsync("POST", "/login/alice");

        var (next, answer) = await _host.SendAsync("POST", "/own", new { token = login.Text("refreshToken") });
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        next.Text("refreshToken").Should().NotBe(login.Text("refreshToken"));

        (await _host.SendAsync("POST", "/own", new { token = "nonsense" })).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task User_sees_own_sessions_alone_and_ends_one_or_all_others()
    {
        var (phone, _) = await _host.SendAsync("POST", "/login/alice");
        var (laptop, _) = await _host.SendAsync("POST", "/login/alice");
        var (tablet, _) = await _host.SendAsync("POST", "/login/alice");
        var (bob, _) = await _host.SendAsync("POST", "/login/bob");

        var (list, _) = await _host.SendAsync("GET", "/auth/sessions", bearer: phone.Text("accessToken"));
        list.GetArrayLength().Should().Be(3);
        list.EnumerateArray().Count(session => session.GetProperty("isCurrent").GetBoolean()).Should().Be(1);
        list.EnumerateArray().Should().OnlyContain(session => session.GetProperty("deviceName").GetString() == "alice's phone");
        list.GetRawText().Should().NotContain("rtr_").And.NotContain("bob");

        var other = list.EnumerateArray().First(session => !session.GetProperty("isCurrent").GetBoolean()).Text("id");
        (await EndAsync(other, bob)).Should().Be(HttpStatusCode.NotFound, "it is not his");
        (await EndAsync(other, phone)).Should().Be(HttpStatusCode.NoContent);
        (await EndAsync("nonsense", phone)).Should().Be(HttpStatusCode.NotFound);
        (await _host.SendAsync("GET", "/auth/sessions", bearer: phone.Text("accessToken"))).Body.GetArrayLength().Should().Be(2);

        (await EndAsync("others", phone)).Should().Be(HttpStatusCode.NoContent);
        (await RefreshAsync(laptop.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await RefreshAsync(tablet.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await RefreshAsync(phone.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await RefreshAsync(bob.Text("refreshToken"))).Answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Session_keeps_the_name_of_its_device_after_a_refresh()
    {
        var (login, _) = await _host.SendAsync("POST", "/login/alice");

        var (next, _) = await RefreshAsync(login.Text("refreshToken"));

        var (list, _) = await _host.SendAsync("GET", "/auth/sessions", bearer: next.Text("accessToken"));
        list[0].Text("deviceName").Should().Be("alice's phone");
    }

    [TestCase("GET", "/auth/sessions")]
    [TestCase("DELETE", "/auth/sessions/others")]
    [TestCase("DELETE", "/auth/sessions/5f8b0b6e-0000-4000-8000-000000000000")]
    public async Task Sessions_are_for_authenticated_users(string method, string path) =>
        (await _host.SendAsync(method, path)).Answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);

    private Task<(System.Text.Json.JsonElement Body, HttpResponseMessage Answer)> RefreshAsync(string token) =>
        _host.SendAsync("POST", "/auth/refresh", new { refreshToken = token });

    private async Task<HttpStatusCode> EndAsync(string id, System.Text.Json.JsonElement user) =>
        (await _host.SendAsync("DELETE", $"/auth/sessions/{id}", bearer: user.Text("accessToken"))).Answer.StatusCode;
}
