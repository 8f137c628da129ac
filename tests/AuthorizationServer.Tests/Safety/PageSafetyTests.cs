using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

[TestFixture]
internal sealed class PageSafetyTests
{
    private const string Attack = "\"><script>alert(1)</script><img src=x onerror='alert(1)'>";

    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => _browser = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _browser.Dispose();

    [Test]
    public async Task No_page_can_be_framed_and_none_holds_a_script_or_a_style()
    {
        foreach (var page in await AllPagesAsync())
        {
            page.Header("X-Frame-Options").Should().Be("DENY");
            page.Header("X-Content-Type-Options").Should().Be("nosniff");
            page.Header("Referrer-Policy").Should().Be("no-referrer");
            page.Header("Cache-Control").Should().Be("no-store");
            page.Header("Access-Control-Allow-Origin").Should().BeEmpty();
            page.Header("Content-Security-Policy").Should()
                .StartWith("default-src 'none'; style-src 'self';").And.EndWith("base-uri 'none'; frame-ancestors 'none'")
                .And.NotContain("unsafe").And.NotContain("script-src");
            page.Text.Should().NotContain("<script").And.NotContain("style=").And.NotContain("<style").And.NotMatchRegex("<[^>]* on[a-z]+=");
        }
    }

    [Test]
    public async Task Form_leads_to_this_server_and_to_the_callback_alone()
    {
        var login = await _browser.GetAsync(new CodeRequest().Address);
        var phone = await _browser.GetAsync(new CodeRequest("mobile", ("redirect_uri", "com.example.mobile:/callback")).Address);
        var failed = await _browser.LogInAsync(login, "alice", "wrong");
        var alone = await _browser.GetAsync("/login");

        login.Header("Content-Security-Policy").Should().Contain($"form-action 'self' {CodeRequest.App};");
        phone.Header("Content-Security-Policy").Should().Contain("form-action 'self' com.example.mobile:;");
        failed.Header("Content-Security-Policy").Should().Contain($"form-action 'self' {CodeRequest.App};");
        alone.Header("Content-Security-Policy").Should().Contain("form-action 'self';");
    }

    [Test]
    public async Task What_a_request_brings_is_shown_as_text()
    {
        var hint = await _browser.GetAsync(new CodeRequest("spa", ("login_hint", Attack)).Address);
        var failed = await _browser.LogInAsync(await _browser.GetAsync("/login"), Attack, "wrong");
        await _browser.LogInAsync();
        var code = await _browser.GetAsync("/activate?user_code=" + Uri.EscapeDataString(Attack));
        var consent = await _browser.GetAsync(new CodeRequest("spa", ("prompt", "consent"), ("state", Attack), ("nonce", Attack)).Address);
        var message = await _browser.GetAsync(new CodeRequest("spa", ("response_mode", "web_message"), ("state", Attack)).Address);

        hint.Form.Fields["username"].Should().Be(Attack);
        failed.Form.Fields["username"].Should().Be(Attack);
        HtmlForm.Attribute(message.Text, "data-response").Should().Contain("script");
        foreach (var page in new[] { hint, failed, code, consent, message })
        {
            page.Text.Should().NotContain("<script>alert").And.NotContain("<img");
        }
    }

    [Test]
    public async Task Names_and_user_agents_are_shown_as_text()
    {
        await using var server = await ServerProcess.StartAsync(
            [.. SharedServer.InMemory, "--Clients:spa:Name", Attack, "--Clients:tv:Name", Attack, "--Users:alice:Name", Attack]);
        using var backend = new Backend(server.Origin);
        using var browser = new Browser(server.Origin, "Mozilla/5.0 <script>alert(1)</script> <img src=x>");
        var request = new CodeRequest();
        var login = await browser.GetAsync(request.Address);
        var answer = await browser.LogInAsync(login);
        await browser.PostAsync("/oauth/token", request.Redemption(answer.Callback["code"]).Where(field => field.Value is not null)
            .Select(field => KeyValuePair.Create(field.Name, field.Value!)));
        var device = await backend.PostAsync("/oauth/device/code", ("client_id", "tv"));

        Reply[] pages =
        [
            login,
            await browser.GetAsync("/"),
            await browser.GetAsync(new CodeRequest("spa", ("prompt", "consent")).Address),
            await browser.GetAsync(device["verification_uri_complete"]!),
        ];

        pages[1].Text.Should().Contain("Mozilla/5.0 &lt;script&gt;");
        pages.Should().OnlyContain(page => page.Text.Contains("&lt;script&gt;", StringComparison.Ordinal));
        pages.Should().OnlyContain(page => !page.Text.Contains("<script", StringComparison.Ordinal) && !page.Text.Contains("<img", StringComparison.Ordinal));
    }

    [TestCase("http://evil.example/")]
    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example/")]
    [TestCase("/authorize.evil")]
    [TestCase("/activate/../v2/logout")]
    [TestCase("/v2/logout?returnTo=http://evil.example")]
    [TestCase("javascript:alert(1)")]
    [TestCase("/authorize?client_id=spa\r\nSet-Cookie: a=b")]
    [TestCase("/authorize?client_id=spa\n")]
    [TestCase("/authorize?state=\u00fc")]
    public async Task Log_in_goes_on_to_no_other_page(string next)
    {
        var page = await _browser.GetAsync("/login");

        var reply = await _browser.SubmitAsync(page, ("next", next), ("username", "alice"), ("password", "pw"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Location.Should().BeNull();
        _browser.Cookie("session").Should().BeNull();
    }

    [TestCase("?client_id=spa&response_type=code&redirect_uri=http://evil.example/")]
    [TestCase("?client_id=nobody")]
    [TestCase("nonsense")]
    public async Task Consent_to_a_changed_request_is_refused(string request)
    {
        await _browser.LogInAsync();
        var page = await _browser.GetAsync(new CodeRequest("spa", ("prompt", "consent")).Address);

        foreach (var decision in new[] { "allow", "deny" })
        {
            var reply = await _browser.SubmitAsync(page, ("request", request), ("decision", decision));
            reply.Status.Should().Be(HttpStatusCode.BadRequest);
            reply.Location.Should().BeNull();
        }
    }

    private async Task<List<Reply>> AllPagesAsync()
    {
        using var backend = new Backend(SharedServer.Origin);
        var device = await backend.PostAsync("/oauth/device/code", ("client_id", "tv"));
        List<Reply> pages =
        [
            await _browser.GetAsync("/"),
            await _browser.GetAsync("/login"),
            await _browser.GetAsync("/activate"),
            await _browser.GetAsync(new CodeRequest().Address),
            await _browser.GetAsync(new CodeRequest("nobody").Address),
            await _browser.PostAsync("/login", []),
            await _browser.GetAsync("/v2/logout?returnTo=x"),
            await _browser.GetAsync("/nowhere"),
            await _browser.GetAsync("/consent"),
            await _browser.GetAsync("/oidc/logout?post_logout_redirect_uri=x"),
            await _browser.LogInAsync(await _browser.GetAsync("/login"), "alice", "wrong"),
        ];
        await _browser.LogInAsync();
        var decision = await _browser.GetAsync(device["verification_uri_complete"]!);
        pages.AddRange(
        [
            await _browser.GetAsync("/"),
            await _browser.GetAsync("/oidc/logout"),
            await _browser.GetAsync("/activate"),
            decision,
            await _browser.SubmitAsync(decision, ("decision", "allow")),
            await _browser.GetAsync(new CodeRequest("spa", ("prompt", "consent")).Address),
        ]);
        return pages;
    }
}
