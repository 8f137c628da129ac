using System.Net;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

/// <summary>Another site can make a browser send any form, with any field but the token.</summary>
[TestFixture]
internal sealed class ForgedFormTests
{
    private Browser _browser = null!;
    private Browser _thief = null!;
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => (_browser, _thief, _backend) = (new(SharedServer.Origin), new(SharedServer.Origin), new(SharedServer.Origin));

    [TearDown]
    public void TearDown()
    {
        _browser.Dispose();
        _thief.Dispose();
        _backend.Dispose();
    }

    [Test]
    public async Task Log_in_form_of_another_browser_signs_nobody_in([Values("", "thief", "visitor", null)] string? token)
    {
        await _browser.GetAsync("/login");
        var thiefs = (await _thief.GetAsync("/login")).Form.Fields["form_token"];

        var reply = await ForgeAsync("/login", token, thiefs, ("next", "/"), ("username", "bob"), ("password", "pw"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        _browser.Cookie("session").Should().BeNull();
    }

    [Test]
    public async Task Log_in_form_without_a_cookie_signs_nobody_in()
    {
        var page = await _thief.GetAsync("/login");

        var reply = await _browser.SubmitAsync(page, ("username", "bob"), ("password", "pw"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        _browser.Cookie("session").Should().BeNull();
    }

    [Test]
    public async Task Consent_of_another_browser_allows_nothing([Values("", "thief", "visitor", null)] string? token)
    {
        await _browser.LogInAsync();
        await _thief.LogInAsync("bob");
        var request = new CodeRequest("spa", ("prompt", "consent"));
        var thiefs = (await _thief.GetAsync(request.Address)).Form.Fields;

        var reply = await ForgeAsync("/consent", token, thiefs["form_token"], ("request", thiefs["request"]), ("decision", "allow"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.Location.Should().BeNull();
    }

    [Test]
    public async Task Device_of_a_thief_is_not_allowed_by_a_forged_form([Values("", "thief", "visitor", null)] string? token)
    {
        var device = await _backend.PostAsync("/oauth/device/code", ("client_id", "tv"));
        await _browser.LogInAsync();
        await _thief.LogInAsync("bob");
        var thiefs = (await _thief.GetAsync(device["verification_uri_complete"]!)).Form.Fields["form_token"];

        var reply = await ForgeAsync("/activate", token, thiefs, ("user_code", device["user_code"]!), ("decision", "allow"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        var poll = await _backend.TokenAsync(
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "tv"), ("device_code", device["device_code"]));
        poll["error"].Should().Be("authorization_pending");
    }

    [Test]
    public async Task Forged_log_out_ends_nothing([Values("", "thief", "visitor", null)] string? token)
    {
        await _browser.LogInAsync();
        await _thief.LogInAsync("bob");
        var thiefs = (await _thief.GetAsync("/")).Form.Fields["form_token"];

        var reply = await ForgeAsync("/logout", token, thiefs, ("apps", "on"));

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        (await _browser.GetAsync("/")).Text.Should().Contain("Hello, Alice Example");
    }

    [Test]
    public async Task Form_from_before_the_log_in_is_worth_nothing_after_it()
    {
        var visitors = (await _browser.GetAsync("/login")).Form.Fields["form_token"];
        await _browser.LogInAsync();

        var reply = await _browser.PostAsync("/logout", [new("form_token", visitors)]);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [TestCase("/login")]
    [TestCase("/consent")]
    [TestCase("/activate")]
    [TestCase("/logout")]
    public async Task Body_that_is_no_form_is_refused(string path)
    {
        await _browser.LogInAsync();
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = _browser.Cookies }) { BaseAddress = _browser.Origin };
        using var multipart = new MultipartFormDataContent { { new StringContent("allow"), "decision" } };

        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), multipart);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [TestCase("/login")]
    [TestCase("/consent")]
    [TestCase("/activate")]
    [TestCase("/logout")]
    [TestCase("/oauth/device/code")]
    [TestCase("/authorize")]
    [TestCase("/oidc/logout")]
    public async Task Body_that_is_too_long_is_refused(string path)
    {
        await _browser.LogInAsync();

        var reply = await _browser.PostAsync(path, [new("client_id", "tv"), new("form_token", new string('x', 100_000))]);

        reply.Status.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>Sends a form with the victim's cookies and a token that another site could know.</summary>
    private Task<Reply> ForgeAsync(string path, string? token, string thiefs, params (string Name, string Value)[] fields)
    {
        var value = token switch { "thief" => thiefs, "visitor" => _browser.Cookie("visitor"), _ => token };
        return _browser.PostAsync(path, fields.Append(("form_token", value!)).Where(field => field.Item2 is not null)
            .Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
    }
}
