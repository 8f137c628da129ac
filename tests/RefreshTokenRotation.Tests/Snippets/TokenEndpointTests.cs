using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace RefreshTokenRotation.Tests.Snippets;

/// <summary>The README's endpoint, called over HTTP.</summary>
public sealed class TokenEndpointTests
{
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRefreshTokenRotation();
        _app = builder.Build();
        TokenEndpoint.Map(
            _app,
            (_, form) => form["client_id"] == "spa" ? "spa" : null,
            (context, _) => new(new AccessToken { Value = $"for {context.Family.Subject}", Lifetime = TimeSpan.FromMinutes(5) }));
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    [Test]
    public async Task Current_token_is_answered_with_its_successor()
    {
        var token = await LogInAsync();

        using var answer = await PostAsync(("refresh_token", token));

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.Should().BeTrue();
        var body = await BodyAsync(answer);
        body.GetProperty("access_token").GetString().Should().Be("for alice");
        body.GetProperty("token_type").GetString().Should().Be("Bearer");
        body.GetProperty("expires_in").GetInt64().Should().Be(300);
        body.GetProperty("scope").GetString().Should().Be("openid offline_access");
        using var next = await PostAsync(("refresh_token", body.GetProperty("refresh_token").GetString()!));
        next.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Replayed_token_is_answered_as_an_unknown_one()
    {
        var token = await LogInAsync();
        (await PostAsync(("refresh_token", token))).Dispose();

        using var replay = await PostAsync(("refresh_token", token));
        using var unknown = await PostAsync(("refresh_token", "no token"));

        replay.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await replay.Content.ReadAsStringAsync()).Should().Be("""{"error":"invalid_grant"}""");
        (await unknown.Content.ReadAsStringAsync()).Should().Be(await replay.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task Scope_beyond_the_grant_is_refused_and_consumes_nothing()
    {
        var token = await LogInAsync();

        using var refused = await PostAsync(("refresh_token", token), ("scope", "openid admin"));
        using var accepted = await PostAsync(("refresh_token", token), ("scope", "openid"));

        (await BodyAsync(refused)).GetProperty("error").GetString().Should().Be("invalid_scope");
        (await BodyAsync(accepted)).GetProperty("scope").GetString().Should().Be("openid");
    }

    [TestCase("client_id", "other", HttpStatusCode.Unauthorized, "invalid_client")]
    [TestCase("grant_type", "password", HttpStatusCode.BadRequest, "unsupported_grant_type")]
    [TestCase("refresh_token", "", HttpStatusCode.BadRequest, "invalid_request")]
    public async Task Bad_request_is_refused(string name, string value, HttpStatusCode status, string error)
    {
        using var answer = await PostAsync(("refresh_token", await LogInAsync()), (name, value));

        answer.StatusCode.Should().Be(status);
        (await BodyAsync(answer)).GetProperty("error").GetString().Should().Be(error);
    }

    [Test]
    public async Task Body_that_is_no_form_is_refused()
    {
        using var body = new StringContent("{}");

        using var answer = await _http.PostAsync(new Uri("/token", UriKind.Relative), body);

        (await BodyAsync(answer)).GetProperty("error").GetString().Should().Be("invalid_request");
    }

    private async Task<string> LogInAsync()
    {
        var tokens = _app.Services.GetRequiredService<IRefreshTokenService>();
        var request = new IssueRequest { Subject = "alice", ClientId = "spa", Scopes = ["openid", "offline_access"] };
        var issued = await tokens.IssueAsync(request);
        return issued.RefreshToken.Reveal();
    }

    private async Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["client_id"] = "spa" };
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }

        using var body = new FormUrlEncodedContent(form);
        return await _http.PostAsync(new Uri("/token", UriKind.Relative), body);
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
