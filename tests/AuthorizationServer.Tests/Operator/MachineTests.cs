using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AuthorizationServer.Tests.Support;

namespace AuthorizationServer.Tests.Operator;

/// <summary>The management API, by a machine with an access token.</summary>
[TestFixture]
internal sealed class MachineTests
{
    private static string Audience => SharedServer.Origin + "/api/v2/";

    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [Test]
    public async Task Machine_gets_a_token_for_itself_and_manages()
    {
        var tokens = await TokenAsync();

        tokens["refresh_token"].Should().BeNull();
        Jwt.Claim(tokens["access_token"]!, "sub").Should().Be("machine@clients");
        Jwt.Claim(tokens["access_token"]!, "aud").Should().Be(Audience);
        (await SendAsync(HttpMethod.Get, "clients/legacy", tokens["access_token"]))["client_id"].Should().Be("legacy");
        (await SendAsync(HttpMethod.Get, "clients/legacy", tokens["access_token"])).Status.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Scope_narrows_what_the_token_permits_and_never_widens_it()
    {
        var tokens = await TokenAsync("read:clients fly");

        tokens["scope"].Should().Be("read:clients");
        (await SendAsync(HttpMethod.Get, "clients/legacy", tokens["access_token"])).Status.Should().Be(HttpStatusCode.OK);
        var refused = await SendAsync(HttpMethod.Get, "users/alice/refresh-tokens", tokens["access_token"]);
        refused.Status.Should().Be(HttpStatusCode.Forbidden);
        refused["message"].Should().Contain("read:refresh_tokens");
    }

    [Test]
    public async Task Token_without_a_permission_is_forbidden_in_json()
    {
        var tokens = await TokenAsync("fly");

        var refused = await SendAsync(HttpMethod.Get, "clients/legacy", tokens["access_token"]);

        refused.Status.Should().Be(HttpStatusCode.Forbidden);
        refused["statusCode"].Should().Be("403");
    }

    [Test]
    public async Task Token_of_a_user_is_none_for_this_api([Values("", "read:clients")] string scope)
    {
        var tokens = await _backend.PasswordAsync(user: "admin", scope: scope);
        var asked = await _backend.TokenAsync(
            ("grant_type", "password"), ("client_id", "legacy"), ("username", "admin"), ("password", "pw"), ("scope", "read:clients"), ("audience", Audience));
        using var browser = new Browser(SharedServer.Origin);
        await browser.LogInAsync("admin");
        var authorized = await browser.GetAsync(new CodeRequest("spa", ("audience", Audience), ("scope", "read:clients")).Address);

        asked["error"].Should().Be("invalid_target");
        authorized.Callback.Should().Contain("error", "invalid_target");
        await RefusedAsync(tokens["access_token"], HttpStatusCode.Unauthorized);
    }

    [TestCase(null)]
    [TestCase("e30.e30.e30")]
    public async Task Refusal_is_json(string? token) => await RefusedAsync(token, HttpStatusCode.Unauthorized);

    [Test]
    public async Task Session_of_an_administrator_counts_for_nothing_beside_a_token()
    {
        using var browser = new Browser(SharedServer.Origin);
        await browser.LogInAsync("admin");
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = browser.Cookies }) { BaseAddress = new Uri(SharedServer.Origin) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/clients/legacy");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "nonsense");

        using var response = await http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [TestCase("web", "web-secret", "unauthorized_client")]
    [TestCase("machine", "guessed", "invalid_client")]
    public async Task Others_get_no_token(string client, string secret, string error)
    {
        var reply = await _backend.TokenAsync(("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret), ("audience", Audience));

        reply["error"].Should().Be(error);
    }

    [Test]
    public async Task Machine_gets_no_token_for_an_api_of_users()
    {
        var reply = await _backend.TokenAsync(
            ("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", "machine-secret"), ("audience", "https://api1"));

        reply["error"].Should().Be("invalid_target");
    }

    [Test]
    public async Task Revoked_access_ends_sessions_and_apps([Values] bool one, [Values] bool preserve)
    {
        var user = (one, preserve) switch { (true, true) => "nina", (true, false) => "oscar", (false, true) => "peggy", _ => "quinn" };
        using var here = new Browser(SharedServer.Origin);
        using var there = new Browser(SharedServer.Origin);
        var (first, second) = (await TokensAsync(here, user), await TokensAsync(there, user));
        var machine = (await TokenAsync())["access_token"];
        var session = Jwt.Claim(first["id_token"]!, "sid");

        var reply = await SendAsync(
            HttpMethod.Post, $"users/{user}/revoke-access", machine, one ? new { session_id = session, preserve_refresh_tokens = preserve } : new { preserve_refresh_tokens = preserve });

        reply.Status.Should().Be(HttpStatusCode.Accepted);
        (await IsSignedInAsync(here)).Should().BeFalse();
        (await IsSignedInAsync(there)).Should().Be(one);
        (await RefreshesAsync(first)).Should().Be(preserve);
        (await RefreshesAsync(second)).Should().Be(preserve || one);
        await here.LogInAsync(user);
        (await IsSignedInAsync(here)).Should().BeTrue("a new log-in is a new session");
    }

    private async Task<Reply> TokensAsync(Browser browser, string user)
    {
        var request = new CodeRequest();
        return await _backend.TokenAsync(request.Redemption((await browser.AuthorizeAsync(request, user)).Callback["code"]));
    }

    private static async Task<bool> IsSignedInAsync(Browser browser) =>
        (await browser.GetAsync(new CodeRequest("spa", ("prompt", "none")).Address)).Callback.ContainsKey("code");

    private async Task<bool> RefreshesAsync(Reply tokens) => (await _backend.RefreshAsync("spa", tokens["refresh_token"]!)).Status == HttpStatusCode.OK;

    private Task<Reply> TokenAsync(string? scope = null) => _backend.TokenAsync(
        ("grant_type", "client_credentials"), ("client_id", "machine"), ("client_secret", "machine-secret"), ("audience", Audience), ("scope", scope));

    private async Task RefusedAsync(string? token, HttpStatusCode status)
    {
        var reply = await SendAsync(HttpMethod.Get, "clients/legacy", token);

        reply.Status.Should().Be(status);
        reply.ContentType.Should().Be("application/json");
        reply["statusCode"].Should().Be(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        reply["error"].Should().Be("Unauthorized");
        reply["message"].Should().NotBeNullOrEmpty();
        reply.Header("WWW-Authenticate").Should().StartWith("Bearer");
    }

    private static async Task<Reply> SendAsync(HttpMethod method, string path, string? token, object? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, Audience + path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType());
        using var response = await http.SendAsync(request);
        return await Reply.ReadAsync(response);
    }
}
