using System.Net;
using System.Net.Http.Json;
using System.Text;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>Who gets at what administrators get at.</summary>
[TestFixture]
internal sealed class AdminAccessTests
{
    private const string Settings = "/api/v2/clients/legacy";

    private Browser _browser = null!;

    [SetUp]
    public void SetUp() => _browser = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _browser.Dispose();

    [Test]
    public async Task Visitor_signs_in_first_and_comes_back()
    {
        var page = await _browser.GetAsync("/admin");

        var reply = await _browser.LogInAsync(page, "admin");

        reply.Text.Should().Contain("<h1>Administration</h1>");
        reply.Header("Content-Security-Policy").Should()
            .Be("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    }

    [Test]
    public async Task Start_page_leads_administrators_there_and_nobody_else([Values("admin", "alice")] string user)
    {
        await _browser.LogInAsync(user);

        (await _browser.GetAsync("/")).Text.Contains("href=\"/admin\"", StringComparison.Ordinal).Should().Be(user == "admin");
    }

    [Test]
    public async Task Page_advises_a_preset_for_each_client()
    {
        using var backend = new Backend(SharedServer.Origin);
        var token = (await backend.PasswordAsync("legacy-leeway"))["refresh_token"]!;
        for (var time = 0; time < 20; time++)
        {
            token = (await backend.RefreshAsync("legacy-leeway", token))["refresh_token"]!;
        }

        await _browser.LogInAsync("admin");
        await Eventually.HoldsAsync(
            async () => LineOf((await _browser.GetAsync("/admin")).Text, "legacy-leeway") is { } line && !line.Contains("too few to say", StringComparison.Ordinal), "the advisor has seen twenty rotations");

        LineOf((await _browser.GetAsync("/admin")).Text, "machine").Should().Be("Only 0 rotations were seen, too few to say.");

        static string? LineOf(string page, string client) => page.Split($"<li data-client=\"{client}\">") is [_, var rest] ? rest.Split("</strong>: ")[1].Split("</li>")[0] : null;
    }

    [Test]
    public async Task User_gets_neither_page_nor_counters_nor_settings()
    {
        await _browser.LogInAsync("alice");
        var token = (await _browser.GetAsync("/")).Form.Fields["form_token"];

        (await _browser.GetAsync("/admin")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await _browser.GetAsync("/admin/live")).Status.Should().Be(HttpStatusCode.Forbidden);
        (await CallAsync(HttpMethod.Get, token)).Should().Be(HttpStatusCode.Forbidden);
        (await CallAsync(HttpMethod.Patch, token)).Should().Be(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Visitor_gets_neither_counters_nor_settings()
    {
        (await _browser.GetAsync("/admin/live")).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await CallAsync(HttpMethod.Get, null)).Should().Be(HttpStatusCode.Unauthorized);
        (await CallAsync(HttpMethod.Patch, null)).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Settings_need_the_header_of_this_browsers_page([Values("", "thief", null)] string? token)
    {
        await _browser.LogInAsync("admin");
        using var thief = new Browser(SharedServer.Origin);
        await thief.LogInAsync("admin");
        var presented = token == "thief" ? (await thief.GetAsync("/")).Form.Fields["form_token"] : token;

        (await CallAsync(HttpMethod.Patch, presented)).Should().Be(HttpStatusCode.Forbidden);
        (await CallAsync(HttpMethod.Get, presented)).Should().Be(HttpStatusCode.Forbidden);

        (await CallAsync(HttpMethod.Get, (await _browser.GetAsync("/")).Form.Fields["form_token"])).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Access_token_of_an_administrator_changes_nothing()
    {
        using var backend = new Backend(SharedServer.Origin);
        var token = (await backend.PasswordAsync(user: "admin"))["access_token"];

        (await backend.GetAsync(Settings, token)).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Log_out_ends_the_administration()
    {
        await _browser.LogInAsync("admin");
        var token = (await _browser.GetAsync("/")).Form.Fields["form_token"];
        await _browser.PostAsync("/logout", [new("form_token", token)]);

        (await CallAsync(HttpMethod.Get, token)).Should().Be(HttpStatusCode.Unauthorized);
        (await _browser.GetAsync("/admin/live")).Status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Counters_are_told_at_once()
    {
        await _browser.LogInAsync("admin");
        using var http = Http();
        using var response = await http.GetAsync(new Uri("/admin/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);

        var line = await lines.ReadLineAsync().WaitAsync(Eventually.Patience);

        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        line.Should().StartWith("data: {\"totals\":{").And.Contain("\"rotations\":").And.Contain("\"reuse_detected\":");
    }

    private async Task<HttpStatusCode> CallAsync(HttpMethod method, string? token)
    {
        using var http = Http();
        using var request = new HttpRequestMessage(method, Settings);
        if (method == HttpMethod.Patch)
        {
            request.Content = JsonContent.Create(new { refresh_token = new { } });
        }

        if (token is not null)
        {
            request.Headers.Add("X-Form-Token", token);
        }

        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private HttpClient Http() => new(new SocketsHttpHandler { CookieContainer = _browser.Cookies, AllowAutoRedirect = false }) { BaseAddress = _browser.Origin };
}
