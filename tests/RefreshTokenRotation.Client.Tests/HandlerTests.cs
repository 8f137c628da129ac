using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>What the handler does to requests.</summary>
[TestFixture]
internal sealed class HandlerTests
{
    private static readonly string[] Repeatable = ["none", "string", "form", "json", "memory", "multipart", "marked stream"];
    private static readonly string[] NotRepeatable = ["stream", "multipart with a stream", "json sequence", "marked string"];

    [TestCaseSource(nameof(Repeatable))]
    public async Task Request_whose_body_can_be_repeated_is_sent_again(string body)
    {
        await using var app = await StaleAsync();
        using var request = RequestWith(body);

        using var response = await app.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        app.Api.Requests.Select(static sent => sent.Token).Should().Equal("old", "at-2");
        app.Api.Requests.Select(static sent => sent.Body).Distinct().Should().ContainSingle();
    }

    [TestCaseSource(nameof(NotRepeatable))]
    public async Task Request_whose_body_may_be_used_up_is_not_sent_again_but_the_next_has_a_new_token(string body)
    {
        await using var app = await StaleAsync();
        using var request = RequestWith(body);

        using var response = await app.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        app.Api.Requests.Should().ContainSingle();
        (await app.Http.GetStringAsync("thing")).Should().Be("at-2");
    }

    [Test]
    public async Task Api_that_refuses_new_tokens_too_does_not_make_every_request_refresh()
    {
        await using var app = new TestApp();
        await app.SignInAsync();
        app.Api.Accepts = static _ => false;

        for (var i = 0; i < 10; i++)
        {
            using var response = await app.Http.GetAsync("thing");
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        }

        app.Server.Requests.Count.Should().Be(2, "one for the first token, one after its refusal");
        app.Time.Advance(TimeSpan.FromSeconds(1));
        using (await app.Http.GetAsync("thing"))
        {
            app.Server.Requests.Count.Should().Be(3);
        }
    }

    [Test]
    public async Task Stored_token_that_is_refused_as_well_is_replaced_within_the_same_request()
    {
        var store = new InMemoryTokenSessionStore();
        await using var sleeper = new TestApp(store);
        await using var other = new TestApp(store, time: sleeper.Time, server: sleeper.Server);
        await sleeper.SignInAsync(accessToken: "old");
        await sleeper.TokenAsync();
        await other.Client.ReplaceTokenAsync(((TokenResult.Succeeded)await other.Client.GetTokenAsync()).Token);
        sleeper.Time.Advance(TimeSpan.FromSeconds(1));
        sleeper.Api.Accepts = static token => token is "at-3"; // the API forgot at-2 too, with a restart

        (await sleeper.Http.GetStringAsync("thing")).Should().Be("at-3");

        sleeper.Api.Requests.Select(static sent => sent.Token).Should().Equal("old", "at-2", "at-3");
    }

    [Test]
    public async Task No_session_throws_and_sends_nothing()
    {
        await using var app = new TestApp();

        var thrown = (await app.Http.Awaiting(static http => http.GetAsync("thing")).Should().ThrowAsync<TokenUnavailableException>()).Which;

        thrown.Result.Should().BeOfType<TokenResult.LoginRequired>();
        app.Api.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task No_session_sends_without_a_token_where_the_handler_may()
    {
        await using var app = new TestApp(handler: static handler => handler.SendWithoutToken = true);

        using var response = await app.Http.GetAsync("thing");

        app.Api.Requests.Should().ContainSingle().Which.Token.Should().BeNull();
    }

    [TestCase("http://api.example/", ExpectedResult = false)]
    [TestCase("https://api.example/", ExpectedResult = true)]
    [TestCase("http://localhost/", ExpectedResult = true)]
    public async Task<bool> Token_does_not_leave_without_encryption(string address)
    {
        await using var app = new TestApp();
        await app.SignInAsync();

        using var response = await app.Http.GetAsync(new Uri(address));

        return app.Api.Requests.Single().Token is not null;
    }

    [Test]
    public async Task Host_says_to_which_addresses_tokens_go()
    {
        await using var app = new TestApp(handler: static handler => handler.AppliesTo = static request => request.RequestUri!.Host == "api.example");
        await app.SignInAsync();

        using (await app.Http.GetAsync(new Uri("https://elsewhere.example/")))
        using (await app.Http.GetAsync(new Uri("https://api.example/")))
        {
            app.Api.Requests.Select(static sent => sent.Token).Should().Equal(null, "at-2");
        }
    }

    [Test]
    public async Task Target_and_session_of_a_request_come_before_those_of_the_handler()
    {
        await using var app = new TestApp(handler: static handler => handler.Target = new TokenTarget("https://api.example/", "read"));
        await app.SignInAsync();
        await app.SignInAsync("rt-bob", session: "bob");
        using var request = new HttpRequestMessage(HttpMethod.Get, "thing");
        request.SetTokenTarget(new TokenTarget(null, "write"));
        request.SetTokenSession("bob");

        using (await app.Http.GetAsync("thing"))
        using (await app.Http.SendAsync(request))
        {
            app.Server.Requests.Select(static form => $"{form["refresh_token"]} {form.GetValueOrDefault("resource")} {form["scope"]}")
                .Should().Equal("rt-1 https://api.example/ read", "rt-bob  write");
        }
    }

    [Test]
    public async Task Caller_without_a_session_does_not_get_another_ones()
    {
        var current = new AsyncLocal<string?>();
        await using var app = new TestApp(services: services => services.AddSingleton<ITokenSessionAccessor>(new Accessor(current)));
        await app.SignInAsync("rt-alice", session: "alice");
        await app.SignInAsync("rt-bob", session: "bob");

        current.Value = null;
        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();
        current.Value = "alice";
        await app.TokenAsync();
        current.Value = "bob";
        await app.TokenAsync();

        app.Server.Presented.Should().Equal("rt-alice", "rt-bob");
    }

    private static async Task<TestApp> StaleAsync()
    {
        var app = new TestApp();
        await app.SignInAsync(accessToken: "old");
        app.Api.Accepts = static token => token == "at-2";
        return app;
    }

    private static HttpRequestMessage RequestWith(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "thing")
        {
            Content = body switch
            {
                "none" => null,
                "string" or "marked string" => new StringContent("text"),
                "form" => new FormUrlEncodedContent([new("a", "b")]),
                "json" => JsonContent.Create(new { a = 1 }),
                "memory" => new ReadOnlyMemoryContent("text"u8.ToArray()),
                "multipart" => new MultipartContent { new StringContent("text"), new ByteArrayContent([65]) },
                "multipart with a stream" => new MultipartContent { new StringContent("text"), new StreamContent(new MemoryStream([65])) },
                "json sequence" => JsonContent.Create(Sequence()),
                _ => new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("text"))),
            },
        };
        if (body.StartsWith("marked", StringComparison.Ordinal))
        {
            request.SetBodyRepeatable(body == "marked stream");
        }

        return request;
    }

    private static async IAsyncEnumerable<int> Sequence()
    {
        await Task.Yield();
        yield return 1;
    }

    private sealed class Accessor(AsyncLocal<string?> current) : ITokenSessionAccessor
    {
        public string? GetSessionId(string clientName) => current.Value;
    }
}
