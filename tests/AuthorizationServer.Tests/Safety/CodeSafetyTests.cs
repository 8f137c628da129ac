using System.Net;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

[TestFixture]
internal sealed class CodeSafetyTests
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
    public async Task Code_that_is_used_twice_ends_what_it_gave()
    {
        var request = new CodeRequest();
        var code = await CodeAsync(request);
        var tokens = await _backend.TokenAsync(request.Redemption(code));
        var other = await _backend.CodeFlowAsync(new CodeRequest());
        var refreshed = await _backend.RefreshAsync("spa", tokens["refresh_token"]!);
        refreshed.Status.Should().Be(HttpStatusCode.OK);

        var replay = await _backend.TokenAsync(request.Redemption(code));

        replay.Status.Should().Be(HttpStatusCode.BadRequest);
        replay["error"].Should().Be("invalid_grant");
        (await _backend.RefreshAsync("spa", refreshed["refresh_token"]!)).Status.Should().Be(HttpStatusCode.Forbidden);
        (await _backend.RefreshAsync("spa", other["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK, "it came from another code");
    }

    [Test]
    public async Task Code_that_many_use_at_once_leaves_no_family()
    {
        for (var round = 0; round < 20; round++)
        {
            var request = new CodeRequest();
            var code = await CodeAsync(request);

            var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _backend.TokenAsync(request.Redemption(code)))));

            var answered = replies.Where(reply => reply.Status == HttpStatusCode.OK).ToList();
            answered.Should().HaveCountLessThanOrEqualTo(1);
            replies.Except(answered).Should().OnlyContain(reply => reply["error"] == "invalid_grant");
            foreach (var tokens in answered)
            {
                // Somebody had the code besides: what the first one got ends too.
                (await _backend.RefreshAsync("spa", tokens["refresh_token"]!)).Status.Should().Be(HttpStatusCode.Forbidden);
            }
        }
    }

    [TestCase("client_id", "spa-leeway")]
    [TestCase("redirect_uri", "http://localhost:5001/callback")]
    [TestCase("redirect_uri", "http://localhost:5001/")]
    [TestCase("code_verifier", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("code_verifier", "short")]
    [TestCase("code_verifier", null)]
    public async Task Code_in_the_wrong_hands_gives_nothing_and_is_not_spoilt(string name, string? value)
    {
        var request = new CodeRequest();
        var code = await CodeAsync(request);

        var stolen = await _backend.TokenAsync(request.Redemption(code, (name, value)));
        var honest = await _backend.TokenAsync(request.Redemption(code));

        stolen.Status.Should().Be(HttpStatusCode.BadRequest);
        stolen["error"].Should().Be("invalid_grant");
        honest.Status.Should().Be(HttpStatusCode.OK);
        (await _backend.TokenAsync(request.Redemption(code, (name, value))))["error"].Should().Be("invalid_grant");
        (await _backend.RefreshAsync("spa", honest["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK, "a stranger can't end a family");
    }

    [Test]
    public async Task Challenge_itself_is_no_verifier()
    {
        var request = new CodeRequest();
        var code = await CodeAsync(request);

        var reply = await _backend.TokenAsync(request.Redemption(code, ("code_verifier", request.Parameters["code_challenge"])));

        reply["error"].Should().Be("invalid_grant");
    }

    [Test]
    public async Task Verifier_without_a_challenge_shows_that_the_challenge_was_taken_out()
    {
        var request = new CodeRequest("web", ("code_challenge", null), ("code_challenge_method", null));
        var code = await CodeAsync(request);

        var reply = await _backend.PostAsAsync(
            "web", "web-secret", "/oauth/token", request.Redemption(code, ("client_id", null), ("code_verifier", request.Verifier)));

        reply["error"].Should().Be("invalid_grant");
    }

    [TestCase("code")]
    [TestCase("redirect_uri")]
    public async Task Code_exchange_without_its_parameters_is_refused(string name)
    {
        var request = new CodeRequest();
        var code = await CodeAsync(request);

        var reply = await _backend.TokenAsync(request.Redemption(code, (name, null)));

        reply["error"].Should().Be("invalid_request");
    }

    [Test]
    public async Task Code_of_nobody_is_refused()
    {
        var reply = await _backend.TokenAsync(new CodeRequest().Redemption("guessed"));

        reply["error"].Should().Be("invalid_grant");
    }

    private async Task<string> CodeAsync(CodeRequest request) => (await _browser.AuthorizeAsync(request)).Callback["code"];
}
