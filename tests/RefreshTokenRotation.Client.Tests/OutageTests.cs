using System.Net;
using System.Net.Http.Headers;
using RefreshTokenRotation.Client.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>What keeps a refresh token though there is no new one.</summary>
[TestFixture]
internal sealed class OutageTests
{
    private static readonly string[] CertainFailures = ["429", "503", "redirect", "portal", "portal 400", "json without error", "invalid_grant in html", "temporarily_unavailable", "refused connection"];
    private static readonly string[] UncertainFailures = ["500", "502", "504", "invalid_grant with 500", "cut json", "no token in json", "reset connection", "cut body", "timeout"];

    [TestCaseSource(nameof(CertainFailures))]
    public async Task Answer_that_is_none_keeps_the_token_and_waits(string failure)
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        Fail(app, failure);

        var result = await app.Client.GetTokenAsync();
        var again = await app.Client.GetTokenAsync();

        var wait = result.Should().BeOfType<TokenResult.Unavailable>().Which.RetryAfter;
        wait.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(500)).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        again.Should().BeOfType<TokenResult.Unavailable>("no request is made while the wait lasts");
        app.Server.Presented.Should().Equal("rt-1");
        (await app.StoredAsync()).Should().Be("rt-1");
        app.Time.Advance(wait);
        (await app.TokenAsync()).Should().Be("at-2");
    }

    [TestCaseSource(nameof(UncertainFailures))]
    public async Task Response_that_may_be_lost_is_retried_at_once_with_the_same_token(string failure)
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        Fail(app, failure);
        var before = app.Time.GetUtcNow();

        (await app.TokenAsync()).Should().Be("at-2");

        app.Server.Presented.Should().Equal("rt-1", "rt-1");
        (app.Time.GetUtcNow() - before).Should().BeLessThanOrEqualTo(failure == "timeout" ? TimeSpan.FromSeconds(5) : TimeSpan.Zero, "a retry falls within the leeway of ten seconds");
    }

    [Test]
    public async Task Retries_of_lost_responses_fill_the_leeway_of_each_end_after_half_a_minute_and_keep_the_token()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        for (var i = 0; i < 20; i++)
        {
            Fail(app, "502");
        }

        var before = app.Time.GetUtcNow();
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>();

        (app.Time.GetUtcNow() - before).Should().BeGreaterThan(TimeSpan.FromSeconds(20)).And.BeLessThan(TimeSpan.FromSeconds(30));
        app.Server.Requests.Count.Should().BeInRange(8, 12);
        (await app.StoredAsync()).Should().Be("rt-1");
    }

    [Test]
    public async Task Server_without_leeway_gets_one_retry()
    {
        await using var app = new TestApp(options: static options => options.Leeway = TimeSpan.Zero);
        await app.SignInAsync();
        Fail(app, "502");
        Fail(app, "502");

        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>();

        app.Server.Presented.Should().Equal("rt-1", "rt-1");
    }

    [Test]
    public async Task Retry_after_is_obeyed_to_an_hour()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Then(Busy(TimeSpan.FromMinutes(7)));
        app.Server.Then(Busy(TimeSpan.FromDays(7)));

        (await app.Client.GetTokenAsync()).Should().Be(new TokenResult.Unavailable(TimeSpan.FromMinutes(7)));
        app.Time.Advance(TimeSpan.FromMinutes(7));
        (await app.Client.GetTokenAsync()).Should().Be(new TokenResult.Unavailable(TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task Waits_grow_to_a_minute_and_begin_anew_after_a_success()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        List<double> waits = [];
        for (var i = 0; i < 10; i++)
        {
            Fail(app, "503");
            var wait = (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>().Which.RetryAfter;
            waits.Add(wait.TotalSeconds);
            app.Time.Advance(wait);
        }

        waits.Zip([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]).Should().OnlyContain(static pair => pair.First >= pair.Second / 2.0 && pair.First <= pair.Second);
        await app.TokenAsync();
        app.Time.Advance(TimeSpan.FromHours(1));
        Fail(app, "503");
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>().Which.RetryAfter.Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Test]
    public async Task An_hour_of_503_loses_nothing()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        var end = app.Time.GetUtcNow() + TimeSpan.FromHours(1);
        app.Server.Before = () =>
        {
            if (app.Time.GetUtcNow() < end)
            {
                app.Server.Then(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            }

            return Task.CompletedTask;
        };
        while (app.Time.GetUtcNow() < end)
        {
            (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>();
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        app.Time.Advance(TimeSpan.FromMinutes(1));
        (await app.TokenAsync()).Should().StartWith("at-");
        app.Server.Presented.Distinct().Should().Equal("rt-1");
        app.Server.Requests.Count.Should().BeLessThan(150, "the client backs off");
    }

    [Test]
    public async Task Token_that_still_lives_is_used_while_the_server_is_away()
    {
        await using var app = new TestApp();
        await app.SignInAsync(accessToken: "old", expiresIn: TimeSpan.FromMinutes(10));
        app.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(2));
        Fail(app, "503");

        (await app.TokenAsync()).Should().Be("old");

        app.Time.Advance(TimeSpan.FromSeconds(2));
        Fail(app, "503");
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>();
    }

    [Test]
    public async Task Refused_scope_keeps_the_session_and_is_not_asked_for_again_at_once()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Server.Then(StubServer.Error(HttpStatusCode.BadRequest, "invalid_scope"));
        var admin = new TokenTarget(null, "admin");

        (await app.Client.GetTokenAsync(admin)).Should().Be(new TokenResult.Refused("invalid_scope"));
        (await app.Client.GetTokenAsync(admin)).Should().Be(new TokenResult.Refused("invalid_scope"));

        app.Server.Requests.Should().ContainSingle();
        (await app.TokenAsync()).Should().Be("at-2", "other targets are well");
        app.Time.Advance(TimeSpan.FromSeconds(1));
        (await app.TokenAsync(admin)).Should().Be("at-3");
    }

    private static HttpResponseMessage Busy(TimeSpan wait)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        return answer;
    }

    private static void Fail(TestApp app, string failure)
    {
        var server = app.Server;
        switch (failure)
        {
            case "timeout":
                server.Script.Enqueue(async cancel =>
                {
                    app.Time.Advance(TimeSpan.FromSeconds(5));
                    await Task.Delay(Timeout.Infinite, cancel);
                    return null;
                });
                break;
            case "refused connection":
                server.Then(new HttpRequestException(HttpRequestError.ConnectionError));
                break;
            case "reset connection":
                server.Then(new HttpRequestException(HttpRequestError.ResponseEnded));
                break;
            case "cut body":
                server.Then(new HttpResponseMessage(HttpStatusCode.OK) { Content = new CutContent() });
                break;
            default:
                server.Then(failure switch
                {
                    "429" => new HttpResponseMessage(HttpStatusCode.TooManyRequests),
                    "redirect" => new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri("https://elsewhere.example/") } },
                    "portal" => StubServer.Text(HttpStatusCode.OK, "<html>Welcome to our Wi-Fi</html>", "text/html"),
                    "portal 400" => StubServer.Text(HttpStatusCode.BadRequest, "<html>invalid_grant</html>", "text/html"),
                    "json without error" => StubServer.Text(HttpStatusCode.BadRequest, "{}"),
                    "invalid_grant in html" => StubServer.Text(HttpStatusCode.BadRequest, """{"error":"invalid_grant"}""", "text/html"),
                    "temporarily_unavailable" => StubServer.Error(HttpStatusCode.BadRequest, "temporarily_unavailable"),
                    "invalid_grant with 500" => StubServer.Error(HttpStatusCode.InternalServerError, "invalid_grant"),
                    "cut json" => StubServer.Text(HttpStatusCode.OK, """{"access_token":"at-9","refr"""),
                    "no token in json" => StubServer.Text(HttpStatusCode.OK, """{"token":"at-9"}"""),
                    _ => new HttpResponseMessage((HttpStatusCode)int.Parse(failure, System.Globalization.CultureInfo.InvariantCulture)),
                });
                break;
        }
    }

    private sealed class CutContent : HttpContent
    {
        public CutContent() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            Task.FromException(new HttpIOException(HttpRequestError.ResponseEnded));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
