using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using RefreshTokenRotation.Tests.Support;
using RefreshTokenRotation.TestSupport.Browser;

namespace MinimalApi.Tests;

/// <summary>The sample over HTTP and in a real browser.</summary>
[TestFixture]
internal sealed class MinimalApiTests
{
    private const string Email = "alice@example.com";
    private const string Password = "Passw0rd!";

    private TemporaryFolder _folder = null!;
    private WebApplication _app = null!;
    private Uri _address = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", _folder.Root); // the development key
        _app = Api.Build(["--urls", "http://localhost:0", "--environment", "Development", "--Database", _folder.PathOf("sessions.db"), "--Logging:LogLevel:Default", "None"]);
        _app.Urls.Clear();
        _app.Urls.Add("http://127.0.0.1:0");
        await _app.StartAsync();
        _address = new UriBuilder(_app.Urls.Single()) { Host = "localhost" }.Uri;
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _app.DisposeAsync();
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", null);
        _folder.Dispose();
    }

    [Test]
    public async Task Log_in_refresh_sessions_and_theft_work_over_http()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_app.Urls.Single()) };
        (await PostAsync(http, "/auth/login", new { email = Email, password = "wrong" })).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync(http, "/auth/login", new { })).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await http.GetAsync(new Uri("/api/hello", UriKind.Relative))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);

        var first = await PostAsync(http, "/auth/login", new { email = Email, password = Password });
        var second = await PostAsync(http, "/auth/refresh", null, first.Cookie);
        var third = await PostAsync(http, "/auth/refresh", null, second.Cookie);

        (await GetAsync(http, "/api/hello", third.AccessToken)).Should().Contain($"Hello {Email}");
        (await GetAsync(http, "/auth/sessions", third.AccessToken)).Should().Contain("\"isCurrent\":true");
        (await PostAsync(http, "/auth/refresh", null, first.Cookie)).Status.Should().Be(HttpStatusCode.Unauthorized, "it is two generations old");
        (await PostAsync(http, "/auth/refresh", null, third.Cookie)).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await GetAsync(http, "/api/hello", third.AccessToken)).Should().Be("Unauthorized", "the deny list knows at once");
        await Eventually.HoldsAsync(async () => (await GetAsync(http, "/api/mails", null)).Contains("We ended your session", StringComparison.Ordinal), "a mail was sent");
    }

    [Test]
    public async Task Page_logs_in_goes_on_after_a_reload_and_shows_the_theft()
    {
        await using var chromium = await Chromium.StartAsync();
        var laptop = await OpenAsync(chromium);
        await LogInAsync(laptop.Page, "wrong");
        await StatusAsync(laptop.Page, "Wrong e-mail address or password.");
        await LogInAsync(laptop.Page, Password);
        await StatusAsync(laptop.Page, "You have logged in.");
        (await laptop.Page.Locator("#hello").TextContentAsync()).Should().Be($"Hello {Email}");

        await laptop.Page.ReloadAsync();
        await Sessions(laptop.Page).WaitForAsync();
        var phone = await OpenAsync(chromium);
        await LogInAsync(phone.Page, Password);
        await Sessions(phone.Page).Nth(1).WaitForAsync();
        await PressAsync(phone.Page, "End all others");
        await StatusAsync(phone.Page, "All other sessions have ended.");
        await Eventually.HoldsAsync(async () => await Sessions(phone.Page).CountAsync() == 1, "one session is left");
        await PressAsync(laptop.Page, "Refresh");
        await StatusAsync(laptop.Page, "This session has ended.");

        var stolen = (await phone.Page.Context.CookiesAsync([new Uri(_address, "/auth/refresh").AbsoluteUri])).Single();
        (stolen.HttpOnly, stolen.Secure, stolen.SameSite).Should().Be((true, true, SameSiteAttribute.Strict));
        await PressAsync(phone.Page, "Refresh");
        await StatusAsync(phone.Page, "Refreshed.");
        await PressAsync(phone.Page, "End all others");
        await StatusAsync(phone.Page, "All other sessions have ended.");
        await PressAsync(phone.Page, "Refresh");
        await StatusAsync(phone.Page, "Refreshed.");
        using var thief = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(_app.Urls.Single()) };
        (await PostAsync(thief, "/auth/refresh", null, $"{stolen.Name}={stolen.Value}")).Status.Should().Be(HttpStatusCode.Unauthorized);
        await Eventually.HoldsAsync(async () => (await GetAsync(thief, "/api/mails", null)).Contains("We ended your session", StringComparison.Ordinal), "a mail was sent");
        await PressAsync(phone.Page, "Refresh");
        await StatusAsync(phone.Page, "This session has ended.");
        (await phone.Page.Locator("#mails li").TextContentAsync()).Should().StartWith($"To {Email}: We ended your session");

        foreach (var (page, complaints) in new[] { laptop, phone })
        {
            await page.Context.CloseAsync();
            complaints.Verify();
        }
    }

    [Test]
    public void Sample_stays_one_short_file()
    {
        var folder = Repository.PathOf("samples", "MinimalApi");
        Directory.EnumerateFiles(folder, "*.cs").Should().ContainSingle();
        File.ReadLines(Path.Combine(folder, "Program.cs")).Count().Should().BeLessThanOrEqualTo(120);
    }

    private async Task<(IPage Page, Complaints Complaints)> OpenAsync(Chromium chromium)
    {
        var context = await chromium.Browser.NewContextAsync();
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        var complaints = new Complaints(context);
        complaints.AllowStatus(401);
        var page = await context.NewPageAsync();
        await page.GotoAsync(_address.AbsoluteUri);
        await page.Locator("#login").WaitForAsync();
        return (page, complaints);
    }

    private static async Task LogInAsync(IPage page, string password)
    {
        await page.Locator("[name=password]").FillAsync(password);
        await PressAsync(page, "Log in");
    }

    private static Task PressAsync(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    private static Task StatusAsync(IPage page, string text) => page.Locator("#status", new() { HasTextString = text }).WaitForAsync();

    private static ILocator Sessions(IPage page) => page.Locator("#sessions > li");

    private static async Task<(HttpStatusCode Status, string? AccessToken, string? Cookie)> PostAsync(HttpClient http, string path, object? body, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await http.SendAsync(request);
        var next = response.Headers.TryGetValues("Set-Cookie", out var values) ? values.Single().Split(';')[0] : null;
        var token = response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString() : null;
        return (response.StatusCode, token, next);
    }

    private static async Task<string> GetAsync(HttpClient http, string path, string? accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = accessToken is null ? null : new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : $"{response.StatusCode}";
    }
}
