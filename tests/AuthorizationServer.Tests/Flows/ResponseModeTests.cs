using System.Net;
using AuthorizationServer.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Tests.Flows;

/// <summary>Answers of <c>/authorize</c> come as the client asks for them, errors too.</summary>
[TestFixture]
internal sealed class ResponseModeTests
{
    private Browser _browser = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _browser = new(SharedServer.Origin);
        await _browser.LogInAsync();
    }

    [TearDown]
    public void TearDown() => _browser.Dispose();

    [Test]
    public async Task Code_and_error_come_in_the_fragment()
    {
        var code = await _browser.GetAsync(new CodeRequest("spa", ("response_mode", "fragment")).Address);
        var error = await _browser.GetAsync(new CodeRequest("spa", ("response_mode", "fragment"), ("max_age", "x")).Address);

        code.Location!.Query.Should().BeEmpty();
        Fragment(code).Should().ContainKey("code").And.Contain("state", "state-1").And.Contain("iss", SharedServer.Origin + "/").And.HaveCount(3);
        Fragment(error).Should().Contain("error", "invalid_request").And.Contain("state", "state-1").And.Contain("iss", SharedServer.Origin + "/");
    }

    [Test]
    public async Task Code_and_error_come_in_a_form()
    {
        var code = await _browser.GetAsync(new CodeRequest("spa", ("response_mode", "form_post")).Address);
        var error = await _browser.GetAsync(new CodeRequest("spa", ("response_mode", "form_post"), ("scope", "open\"id")).Address);

        foreach (var page in (Reply[])[code, error])
        {
            page.Status.Should().Be(HttpStatusCode.OK);
            page.Form.Action.Should().Be(CodeRequest.App);
            page.Form.Method.Should().Be(HttpMethod.Post);
            page.Form.Fields.Should().Contain("state", "state-1").And.Contain("iss", SharedServer.Origin + "/");
            page.Header("Content-Security-Policy").Should().Contain("default-src 'none'; script-src 'self';").And.Contain("frame-ancestors 'none'");
            page.Header("X-Frame-Options").Should().Be("DENY");
            page.Header("Cache-Control").Should().Be("no-store");
        }

        code.Form.Fields.Should().ContainKey("code").And.HaveCount(3);
        error.Form.Fields.Should().Contain("error", "invalid_scope");
        (await _browser.GetAsync("/form-post.js")).Text.Should().Contain("submit()");
    }

    [Test]
    public async Task What_a_request_brings_is_text_in_the_form_too()
    {
        const string Attack = "\"><script>alert(1)</script>";

        var page = await _browser.GetAsync(new CodeRequest("spa", ("response_mode", "form_post"), ("state", Attack)).Address);

        page.Form.Fields["state"].Should().Be(Attack);
        page.Text.Should().NotContain("<script>");
    }

    [Test]
    public async Task Silent_request_is_refused_in_the_mode_asked_for([Values("query", "fragment", "form_post")] string mode)
    {
        using var visitor = new Browser(SharedServer.Origin);

        var reply = await visitor.GetAsync(new CodeRequest("spa", ("prompt", "none"), ("response_mode", mode)).Address);

        Answer(reply, mode).Should().Contain("error", "login_required").And.Contain("state", "state-1");
    }

    [Test]
    public async Task Long_state_comes_back_whole_through_the_log_in([Values("query", "fragment", "form_post")] string mode)
    {
        using var visitor = new Browser(SharedServer.Origin);
        var state = string.Concat(Enumerable.Repeat("a+b/c=%&", 500));

        var page = await visitor.GetAsync(new CodeRequest("web", ("state", state), ("response_mode", mode)).Address);
        var reply = await visitor.LogInAsync(page);

        Answer(reply, mode).Should().ContainKey("code").And.Contain("state", state);
    }

    [Test]
    public async Task Request_by_post_goes_on_as_one_by_get()
    {
        var request = new CodeRequest();

        var reply = await _browser.PostAsync("/authorize", request.Parameters.Where(pair => pair.Value is not null)!);

        reply.Status.Should().Be(HttpStatusCode.SeeOther, "the form of another site comes without cookies");
        (await _browser.FollowAsync(reply)).Callback.Should().ContainKey("code").And.Contain("state", "state-1");
    }

    [Test]
    public async Task Request_by_post_that_no_address_can_hold_is_refused()
    {
        var reply = await _browser.PostAsync("/authorize", [new("client_id", "spa"), new("state", new string('s', 20_000))]);

        reply.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [TestCase("https://API1/")]
    [TestCase("https://api1:443")]
    [TestCase("https://api1/")]
    public async Task Api_is_known_however_its_address_is_spelled(string resource)
    {
        using var backend = new Backend(SharedServer.Origin);
        var request = new CodeRequest("spa", ("resource", resource));

        var tokens = await backend.TokenAsync(request.Redemption((await _browser.GetAsync(request.Address)).Callback["code"], ("resource", resource)));

        Jwt.Claim(tokens["access_token"]!, "aud").Should().Be("https://api1");
    }

    private static IReadOnlyDictionary<string, string> Answer(Reply reply, string mode) => mode switch
    {
        "fragment" => Fragment(reply),
        "form_post" => reply.Form.Fields,
        _ => reply.Callback,
    };

    private static Dictionary<string, string> Fragment(Reply reply) =>
        QueryHelpers.ParseQuery(reply.Location!.Fragment.TrimStart('#')).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
}
