using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

/// <summary>Access tokens end with their family, and a use of one ends the recovery of the response that carried it.</summary>
[TestFixture]
internal sealed class DenyListTests
{
    // Its leeway is over at once, so that what is left is recovery.
    private static readonly string[] Phone =
    [
        "--Clients:phone:Preset", "Mobile",
        "--Clients:phone:Leeway", "00:00:00.0000001",
        "--Clients:phone:GrantTypes:0", "password",
        "--Clients:phone:GrantTypes:1", "refresh_token",
        "--Clients:phone:DefaultAudience", "https://api1",
    ];

    private ServerProcess _server = null!;
    private Backend _backend = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await ServerProcess.StartAsync([.. SharedServer.InMemory, .. Phone]);
        _backend = new(_server.Origin);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _backend.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase("/api/messages")]
    [TestCase("/userinfo")]
    public async Task Replay_ends_the_access_tokens_of_the_whole_family(string path)
    {
        var first = await _backend.PasswordAsync();
        var second = await _backend.RefreshAsync("legacy", first["refresh_token"]!);
        (await _backend.GetAsync(path, second["access_token"])).Status.Should().Be(HttpStatusCode.OK);

        (await _backend.RefreshAsync("legacy", first["refresh_token"]!)).Status.Should().Be(HttpStatusCode.BadRequest);

        foreach (var tokens in (Reply[])[first, second])
        {
            var refused = await _backend.GetAsync(path, tokens["access_token"], ("Origin", _server.Origin));
            refused.Status.Should().Be(HttpStatusCode.Unauthorized);
            refused.Text.Should().Be("""{"error":"invalid_token"}""");
            refused.Header("WWW-Authenticate").Should().Be("Bearer error=\"invalid_token\"");
            refused.Header("Cache-Control").Should().Be("no-store");
            refused.Header("Access-Control-Allow-Origin").Should().Be(_server.Origin, "the app's script must be able to read it");
        }
    }

    [Test]
    public async Task Revocation_ends_the_access_token_and_another_log_in_goes_on()
    {
        var (ended, other) = (await _backend.PasswordAsync(), await _backend.PasswordAsync());

        await _backend.PostAsync("/oauth/revoke", ("client_id", "legacy"), ("token", ended["refresh_token"]));

        (await _backend.GetAsync("/userinfo", ended["access_token"])).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await _backend.GetAsync("/userinfo", other["access_token"])).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Access_token_that_came_without_a_refresh_token_is_good_for_itself()
    {
        var tokens = await _backend.PasswordAsync(scope: "openid read:messages");

        tokens["refresh_token"].Should().BeNull();
        (await _backend.GetAsync("/api/messages", tokens["access_token"])).Status.Should().Be(HttpStatusCode.OK);
    }

    [TestCase(true, HttpStatusCode.BadRequest)]
    [TestCase(false, HttpStatusCode.OK)]
    public async Task Lost_response_is_recovered_only_if_its_access_token_was_not_used(bool isUsed, HttpStatusCode expected)
    {
        var first = await _backend.PasswordAsync("phone");
        var second = await _backend.RefreshAsync("phone", first["refresh_token"]!);
        if (isUsed)
        {
            (await _backend.GetAsync("/api/messages", second["access_token"])).Status.Should().Be(HttpStatusCode.OK);
        }

        (await _backend.RefreshAsync("phone", first["refresh_token"]!)).Status.Should().Be(expected);
    }
}
