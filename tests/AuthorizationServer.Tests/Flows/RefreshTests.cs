using System.Net;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Flows;

/// <summary>How the clients of the settings differ when they refresh.</summary>
[TestFixture]
internal sealed class RefreshTests
{
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [TestCase("spa", HttpStatusCode.Forbidden)]
    [TestCase("spa-leeway", HttpStatusCode.Forbidden)]
    [TestCase("spa-static", HttpStatusCode.Forbidden)]
    [TestCase("mobile", HttpStatusCode.BadRequest)]
    [TestCase("legacy", HttpStatusCode.BadRequest)]
    [TestCase("tv", HttpStatusCode.BadRequest)]
    public async Task Refused_token_is_400_and_403_for_clients_that_say_so(string client, HttpStatusCode status)
    {
        var reply = await _backend.RefreshAsync(client, "rtr_guessed");

        reply.Status.Should().Be(status);
        reply.Text.Should().Be("""{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}""");
    }

    [Test]
    public async Task Server_side_app_may_refresh_five_times_at_once()
    {
        var tokens = await LogInAsync("web");

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RefreshAsync("web", tokens)));

        replies.Should().OnlyContain(reply => reply.Status == HttpStatusCode.OK);
        replies.Select(reply => reply["refresh_token"]).Distinct().Should().ContainSingle();
        (await RefreshAsync("web", replies[0])).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Strict_server_side_app_may_not()
    {
        var tokens = await LogInAsync("web-strict");
        var next = await RefreshAsync("web-strict", tokens);

        (await RefreshAsync("web-strict", tokens)).Status.Should().Be(HttpStatusCode.BadRequest);
        (await RefreshAsync("web-strict", next)).Status.Should().Be(HttpStatusCode.BadRequest, "the family has ended");
    }

    private async Task<Reply> LogInAsync(string client)
    {
        using var browser = new Browser(SharedServer.Origin);
        var request = new CodeRequest(client);
        var answer = await browser.AuthorizeAsync(request);
        return await _backend.PostAsAsync(client, "web-secret", "/oauth/token", request.Redemption(answer.Callback["code"], ("client_id", null)));
    }

    private Task<Reply> RefreshAsync(string client, Reply tokens) =>
        _backend.PostAsAsync(client, "web-secret", "/oauth/token", ("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"]));
}
