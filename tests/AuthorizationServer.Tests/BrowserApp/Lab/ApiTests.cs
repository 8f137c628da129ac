using System.Net;
using System.Net.Http.Json;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.BrowserApp.Lab;

/// <summary>The endpoints of the lab take little, from its own page, and in Development only.</summary>
[TestFixture]
internal sealed class ApiTests
{
    private HttpClient _http = null!;

    [SetUp]
    public void SetUp() => _http = new HttpClient { BaseAddress = new Uri(Stage.Server.Origin) };

    [TearDown]
    public void TearDown() => _http.Dispose();

    [Test]
    public async Task Request_without_the_header_is_refused()
    {
        await EnterAsync();

        (await _http.PostAsJsonAsync("/lab/api/actions", new { action = "login" })).StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        _http.DefaultRequestHeaders.Add("X-Lab", "1");
        (await _http.PostAsJsonAsync("/lab/api/actions", new { action = "login" })).StatusCode.Should().Be(HttpStatusCode.OK);
        using var form = new StringContent("""{"action":"login"}""");
        (await _http.PostAsync("/lab/api/actions", form)).StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    [Test]
    public async Task Request_without_a_world_is_refused()
    {
        _http.DefaultRequestHeaders.Add("X-Lab", "1");

        (await PostAsync("""{"action":"login"}""")).Should().Be(HttpStatusCode.NotFound);
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("""{"action":7}""")]
    [TestCase("""{"action":"burn"}""")]
    [TestCase("""{"action":"refresh"}""")]
    [TestCase("""{"action":"refresh","by":"nobody"}""")]
    [TestCase("""{"action":"replay","by":"thief"}""")]
    [TestCase("""{"action":"move","seconds":0}""")]
    [TestCase("""{"action":"move","seconds":-1}""")]
    [TestCase("""{"action":"move","seconds":7776001}""")]
    [TestCase("""{"action":"move","seconds":99999999999}""")]
    [TestCase("""{"action":"preset","preset":"none"}""")]
    public async Task Action_that_is_none_is_refused(string body)
    {
        await EnterAsync();
        _http.DefaultRequestHeaders.Add("X-Lab", "1");

        (await PostAsync(body)).Should().Be(HttpStatusCode.BadRequest);
    }

    [TestCase("""{"action":"refresh","by":"user"}""")]
    [TestCase("""{"action":"refresh","by":"tab2"}""")]
    [TestCase("""{"action":"refresh","by":"thief"}""")]
    [TestCase("""{"action":"lose"}""")]
    [TestCase("""{"action":"retry"}""")]
    [TestCase("""{"action":"race"}""")]
    [TestCase("""{"action":"steal"}""")]
    [TestCase("""{"action":"logout"}""")]
    [TestCase("""{"action":"replay","by":"thief","token":1}""")]
    public async Task Action_that_nobody_can_take_now_is_refused(string body)
    {
        await EnterAsync();
        _http.DefaultRequestHeaders.Add("X-Lab", "1");

        (await PostAsync(body)).Should().Be(HttpStatusCode.Conflict);
    }

    [Test]
    public async Task Request_of_any_size_is_not_read()
    {
        await EnterAsync();
        _http.DefaultRequestHeaders.Add("X-Lab", "1");

        (await PostAsync($$"""{"action":"{{new string('x', 2000)}}"}""")).Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task World_holds_so_much_and_no_more()
    {
        await EnterAsync();
        _http.DefaultRequestHeaders.Add("X-Lab", "1");
        for (var i = 0; i < 500; i++)
        {
            (await PostAsync("""{"action":"move","seconds":1}""")).Should().Be(HttpStatusCode.OK);
        }

        (await PostAsync("""{"action":"move","seconds":1}""")).Should().Be(HttpStatusCode.Conflict);
        (await PostAsync("""{"action":"reset"}""")).Should().Be(HttpStatusCode.OK);
        (await PostAsync("""{"action":"move","seconds":1}""")).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Cookie_stays_with_the_lab_and_away_from_scripts_and_other_sites()
    {
        using var answer = await OpenStreamAsync();

        answer.Headers.GetValues("Set-Cookie").Should().ContainSingle().Which.ToLowerInvariant().Should()
            .StartWith("lab=").And.Contain("; httponly").And.Contain("; samesite=strict").And.Contain("; path=/lab");
    }

    [Test]
    public async Task Lab_is_not_there_outside_development()
    {
        await using var server = await ServerProcess.StartAsync(
            "Production",
            FreePort.Take(),
            [.. SharedServer.InMemory, .. SharedServer.OwnSecrets]);
        using var http = new HttpClient { BaseAddress = new Uri(server.Origin) };

        foreach (var path in (string[])["/lab", "/lab/", "/lab/index.html", "/lab/lab.js", "/lab/api/events", "/LAB/lab.css", "//lab/lab.js"])
        {
            using var answer = await http.GetAsync(server.Origin + path);
            answer.StatusCode.Should().Be(HttpStatusCode.NotFound, path);
            (await answer.Content.ReadAsStringAsync()).Should().Contain("in Development only");
        }

        (await http.GetStringAsync("/")).Should().NotContain("/lab/");
    }

    /// <summary>The stream brings the cookie of a new world.</summary>
    private async Task EnterAsync()
    {
        using var answer = await OpenStreamAsync();
    }

    private Task<HttpResponseMessage> OpenStreamAsync() => _http.GetAsync("/lab/api/events", HttpCompletionOption.ResponseHeadersRead);

    private async Task<HttpStatusCode> PostAsync(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync("/lab/api/actions", content);
        return answer.StatusCode;
    }
}
