using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Browser code of other origins (the fetch standard's CORS protocol).</summary>
public sealed class CrossOriginTests
{
    private TestHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await TestHost.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase(Clients.Origin)]
    [TestCase("https://stranger.example")]
    public async Task Preflight_is_answered_alike_for_all_without_credentials(string origin)
    {
        var answer = await _host.SendAsync(new HttpRequestMessage(HttpMethod.Options, TestHostExtensions.TokenPath), request =>
        {
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "auth0-client,traceparent,sentry-trace,X-Okta-User-Agent-Extended");
        });

        ((int)answer.Status).Should().Be(204);
        answer.Body.Should().BeEmpty();
        answer.ShouldNotBeCached();
        answer.Header("Access-Control-Allow-Origin").Should().Be("*");
        answer.Header("Access-Control-Allow-Methods").Should().Be("POST");
        answer.Header("Access-Control-Allow-Headers").Should().Be("auth0-client,traceparent,sentry-trace,X-Okta-User-Agent-Extended");
        answer.Headers.Should().NotContainKey("Access-Control-Allow-Credentials");
    }

    [Test]
    public async Task Answer_admits_the_clients_own_origin_and_no_other()
    {
        var own = await RefreshFromAsync(Clients.Origin);
        var others = await Task.WhenAll(
            new[] { "https://stranger.example", "https://APP.example", "https://app.example/", "http://app.example", "https://app.example:8443", "null" }
                .Select(origin => RefreshFromAsync(origin)));

        ((int)own.Status).Should().Be(200);
        own.Header("Access-Control-Allow-Origin").Should().Be(Clients.Origin);
        own.Header("Access-Control-Expose-Headers").Should().Contain("retry-after");
        own.Header("Vary").Should().Be("Origin");
        own.Headers.Should().NotContainKey("Access-Control-Allow-Credentials");
        others.Should().OnlyContain(answer => (int)answer.Status == 200 && !answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Test]
    public async Task Refusal_can_be_read_by_the_clients_own_origin()
    {
        var answer = await _host.TokenAsync(
            "grant_type=refresh_token&client_id=spa&refresh_token=x", request => request.Headers.Add("Origin", Clients.Origin));

        answer.ShouldBeError(400, "invalid_grant");
        answer.Header("Access-Control-Allow-Origin").Should().Be(Clients.Origin);
    }

    [Test]
    public async Task Answer_without_origin_or_for_a_client_without_browser_code_says_nothing()
    {
        var without = await _host.RefreshAsync((await _host.IssueAsync()).RefreshToken.Reveal());
        var native = await RefreshFromAsync(Clients.Origin, Clients.OtherPublic);

        without.Headers.Should().NotContainKeys("Access-Control-Allow-Origin", "Vary");
        native.Headers.Should().NotContainKeys("Access-Control-Allow-Origin", "Vary");
    }

    [TestCase("https://other.example", true)]
    [TestCase(Clients.Origin, false)]
    [TestCase("own", false)]
    [TestCase("not an origin", false)]
    [TestCase("null", false)]
    public async Task Page_that_can_not_read_the_answer_is_named(string origin, bool isNamed)
    {
        await using var host = await TestHost.StartAsync();
        origin = origin == "own" ? host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin;

        await host.TokenAsync($"grant_type=refresh_token&client_id={Clients.Public}&refresh_token=x", request => request.Headers.TryAddWithoutValidation("Origin", origin));

        var messages = host.Logs.Of(349).Select(entry => entry.Message);
        messages.Should().BeEquivalentTo(isNamed
            ? [$"A page of {origin} sent a request as the client {Clients.Public} and can't read the response: the client's AllowedOrigins do not list that origin"]
            : Array.Empty<string>());
    }

    /// <summary>It comes before the client is authenticated, so any stranger can provoke it, with any origin.</summary>
    [Test]
    public async Task Pages_that_can_not_read_the_answer_are_named_ten_times_a_minute()
    {
        await using var host = await TestHost.StartAsync();

        await CallAsync(times: 12);
        var first = host.Logs.Of(349).Count();
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await CallAsync(times: 1);

        first.Should().Be(10);
        host.Logs.Of(349).Should().HaveCount(11);

        async Task CallAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await host.TokenAsync(
                    $"grant_type=refresh_token&client_id={Clients.Public}&refresh_token=x", request => request.Headers.Add("Origin", $"https://page{i}.example"));
            }
        }
    }

    private async Task<Answer> RefreshFromAsync(string origin, string client = Clients.Public)
    {
        var issued = await _host.IssueAsync(client);
        return await _host.TokenAsync(
            $"grant_type=refresh_token&client_id={client}&refresh_token={issued.RefreshToken.Reveal()}",
            request => request.Headers.TryAddWithoutValidation("Origin", origin));
    }
}
