using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Snippets;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>A host that bounds its work, as a page shows it. The store stands still behind a gate, so no speed matters.</summary>
public sealed class OverloadTests
{
    private const int Places = 256;
    private const int TooMany = 40;

    [Test]
    public async Task Requests_beyond_the_places_get_503_and_consume_nothing()
    {
        await using var node = await Node.StartAsync();
        var tokens = await node.IssueAsync(Places + TooMany);
        var gate = new StoreGate();
        node.Store.Plan = context => context.Call == StoreCall.Find ? StoreFault.DelayBefore(gate) : StoreFault.None;

        var requests = tokens.Select(node.RefreshAsync).ToList();
        var rejected = new List<Task<Answer>>();
        while (rejected.Count < TooMany)
        {
            rejected.Add(await Task.WhenAny(requests.Except(rejected)).WaitAsync(Eventually.Patience));
        }

        foreach (var task in rejected)
        {
            ShouldBeUnavailable(await task);
        }

        (await node.Http.GetAsync("/.well-known/oauth-authorization-server")).IsSuccessStatusCode.Should().BeTrue("documents need no place");
        requests.Except(rejected).Should().OnlyContain(static held => !held.IsCompleted);
        gate.Open();
        var answers = await Task.WhenAll(requests.Except(rejected));
        answers.Should().HaveCount(Places).And.OnlyContain(static answer => (int)answer.Status == 200);

        // Strict: a token that had been consumed would be a replay.
        foreach (var task in rejected)
        {
            ((int)(await node.RefreshAsync(tokens[requests.IndexOf(task)])).Status).Should().Be(200);
        }
    }

    [Test]
    public async Task Body_that_does_not_come_holds_no_place()
    {
        await using var node = await Node.StartAsync();
        var tokens = await node.IssueAsync(1);
        var slow = new List<SlowClient>();
        try
        {
            for (var i = 0; i < Places + TooMany; i++)
            {
                slow.Add(await SlowClient.BeginAsync(node.Http.BaseAddress!));
            }

            ((int)(await node.RefreshAsync(tokens[0])).Status).Should().Be(200);
            (await slow[0].ReadAsync()).Should().StartWith("HTTP/1.1 408").And.Contain("Connection: close").And.EndWith("}", "the endpoint's own error is JSON");
        }
        finally
        {
            slow.ForEach(static client => client.Dispose());
        }
    }

    [Test]
    public async Task Store_that_does_not_answer_in_time_gets_503_and_consumes_nothing()
    {
        await using var node = await Node.StartAsync(TimeSpan.FromMilliseconds(200));
        var tokens = await node.IssueAsync(1);
        node.Store.OnNext(StoreCall.Find, StoreFault.DelayBefore(new StoreGate()));

        var answer = await node.RefreshAsync(tokens[0]);

        ShouldBeUnavailable(answer);
        await node.ShouldStillExchangeAsync(tokens[0]);
    }

    private static void ShouldBeUnavailable(Answer answer)
    {
        ((int)answer.Status, answer.Error).Should().Be((503, "temporarily_unavailable"), answer.Text);
        (answer.Header("Content-Type"), answer.Header("Cache-Control")).Should().Be(("application/json", "no-store"));
        answer.Header("Retry-After").Should().BeOneOf("1", "2", "3", "4");
    }

    private sealed class Node : IAsyncDisposable
    {
        private readonly WebApplication _app;

        private Node(WebApplication app, FaultingTokenStore store) => (_app, Store, Http) = (app, store, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });

        public FaultingTokenStore Store { get; }

        public HttpClient Http { get; }

        public static async Task<Node> StartAsync(TimeSpan? limit = null)
        {
            var store = new FaultingTokenStore(new InMemoryTokenStore());
            var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
            builder.Services.AddSingleton<ITokenStore>(store).AddSingleton<IAccessTokenIssuer, StubIssuer>();
            builder.Services.AddRefreshTokenRotation().AddEndpoints(Clients.Add);
            Overload.Add(builder);
            builder.Services.Configure<RequestTimeoutOptions>(options => options.Policies["overload"] = new RequestTimeoutPolicy
            {
                Timeout = limit ?? TimeSpan.FromMinutes(10), // no slow machine comes so far
                TimeoutStatusCode = options.Policies["overload"].TimeoutStatusCode,
                WriteTimeoutResponse = options.Policies["overload"].WriteTimeoutResponse,
            });
            var app = builder.Build();
            Overload.Map(app);
            await app.StartAsync();
            return new Node(app, store);
        }

        private IRefreshTokenService Tokens => _app.Services.GetRequiredService<IRefreshTokenService>();

        public async Task<List<string>> IssueAsync(int count)
        {
            var tokens = new List<string>();
            for (var i = 0; i < count; i++)
            {
                var issued = await Tokens.IssueAsync(
                    new IssueRequest { Subject = $"user {i}", ClientId = Clients.Public, Scopes = ["read", "offline_access"], Resources = [Clients.Api1] });
                tokens.Add(issued.RefreshToken.Reveal());
            }

            return tokens;
        }

        public async Task<Answer> RefreshAsync(string token)
        {
            using var form = new FormUrlEncodedContent([new("grant_type", "refresh_token"), new("client_id", Clients.Public), new("refresh_token", token)]);
            return await Answer.ReadAsync(await Http.PostAsync("/oauth/token", form));
        }

        public async Task ShouldStillExchangeAsync(string token) =>
            (await Tokens.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = Clients.Public })).Should().BeOfType<ExchangeResult.Succeeded>();

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await _app.DisposeAsync();
        }
    }

    /// <summary>Sends the head of a request, the beginning of its body, and nothing more.</summary>
    private sealed class SlowClient : IDisposable
    {
        private readonly System.Net.Sockets.TcpClient _client = new();

        public static async Task<SlowClient> BeginAsync(Uri server)
        {
            var client = new SlowClient();
            await client._client.ConnectAsync(server.Host, server.Port);
            await client._client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"POST /oauth/token HTTP/1.1\r\nHost: {server.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant_type="));
            return client;
        }

        public Task<string> ReadAsync() => new StreamReader(_client.GetStream(), System.Text.Encoding.ASCII).ReadToEndAsync().WaitAsync(Eventually.Patience);

        public void Dispose() => _client.Dispose();
    }
}
