using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

[TestFixture]
internal sealed class PasswordTests
{
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [Test]
    public async Task Password_gives_tokens_that_rotate()
    {
        var first = await _backend.PasswordAsync();
        var second = await _backend.RefreshAsync("legacy", first["refresh_token"]!);
        var replay = await _backend.RefreshAsync("legacy", first["refresh_token"]!);

        Jwt.Claim(first["access_token"]!, "aud").Should().Be("https://api1");
        second["refresh_token"].Should().NotBe(first["refresh_token"]);
        replay.Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Leeway_forgives_a_retry()
    {
        var first = await _backend.PasswordAsync("legacy-leeway");
        var second = await _backend.RefreshAsync("legacy-leeway", first["refresh_token"]!);

        (await _backend.RefreshAsync("legacy-leeway", first["refresh_token"]!))["refresh_token"].Should().Be(second["refresh_token"]);
    }

    [Test]
    public async Task Realm_is_ignored()
    {
        var reply = await _backend.TokenAsync(
            ("grant_type", "password"), ("client_id", "legacy"), ("username", "bob"), ("password", "pw"), ("realm", "anything"));

        reply.Status.Should().Be(HttpStatusCode.OK);
        reply["refresh_token"].Should().BeNull("offline_access was not asked for");
    }

    [TestCase("alice", "wrong")]
    [TestCase("nobody", "pw")]
    [TestCase("ALICE", "pw")]
    public async Task Wrong_password_and_unknown_name_look_alike(string user, string password)
    {
        var reply = await _backend.PasswordAsync(user: user, password: password);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply["error"].Should().Be("invalid_grant");
        reply["error_description"].Should().Be("Wrong user name or password.");
    }

    [Test]
    public async Task Client_that_may_not_use_it_is_refused()
    {
        (await _backend.PasswordAsync("spa"))["error"].Should().Be("unauthorized_client");
    }

    [Test]
    public async Task Guessing_is_slowed_down_at_the_endpoint_and_at_the_page()
    {
        await using var server = await ServerProcess.StartAsync("--store", "memory", "--AttemptsPerMinute", "2");
        using var backend = new Backend(server.Origin);
        using var browser = new Browser(server.Origin);
        await backend.PasswordAsync(password: "guess 1");
        await backend.PasswordAsync(password: "guess 2");

        var third = await backend.PasswordAsync();
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), "alice");

        third.Status.Should().Be(HttpStatusCode.TooManyRequests);
        page.Status.Should().Be(HttpStatusCode.TooManyRequests);
        browser.Cookie("session").Should().BeNull();
    }
}
