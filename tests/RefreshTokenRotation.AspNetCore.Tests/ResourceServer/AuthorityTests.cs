using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>The authentication handler in an API of its own, which knows its issuer by the metadata alone.</summary>
[TestFixture]
internal sealed class AuthorityTests
{
    [Test]
    public async Task Tokens_of_the_issuer_are_accepted_by_its_public_keys()
    {
        await using var issuer = await BearerApi.StartAsync();
        await using var api = await Api.StartAsync(issuer);
        var tokens = await issuer.SignInAsync($"&scope=read+offline_access&resource={Clients.Api1}");

        var me = await api.GetAsync("/me", tokens.AccessToken);
        for (var i = 0; i < 5; i++)
        {
            await api.GetAsync("/editors", tokens.AccessToken);
        }

        ((int)me.Status).Should().Be(200, me.Text);
        (me.Member("sub"), me.Member("aud"), me.Member("roles")).Should().Be(("alice", Clients.Api1, "editor reader"));
        api.Network.Requests.Should().Equal("/.well-known/oauth-authorization-server", "/.well-known/jwks.json");
        api.Logs.Entries.Should().ContainSingle(entry => entry.Message.Contains("UseDenyList to false", StringComparison.Ordinal));
    }

    [Test]
    public async Task What_is_not_for_this_api_or_not_by_its_issuer_is_refused()
    {
        await using var issuer = await BearerApi.StartAsync();
        await using var stranger = await BearerApi.StartAsync();
        await using var api = await Api.StartAsync(issuer);
        var own = await issuer.SignInAsync($"&scope=openid&resource={Clients.Api1}");
        var other = await issuer.SignInAsync($"&scope=read&resource={Clients.Api2}");
        var forged = await stranger.SignInAsync($"&scope=read&resource={Clients.Api1}");

        foreach (var bad in new[] { other.AccessToken!, forged.AccessToken!, own.Member("id_token")!, "garbage" })
        {
            ((int)(await api.GetAsync("/me", bad)).Status).Should().Be(401);
        }

        api.Time.Advance(TimeSpan.FromHours(1));
        ((int)(await api.GetAsync("/me", own.AccessToken)).Status).Should().Be(401, "it has expired");
    }

    [Test]
    public async Task New_key_is_found_and_a_stranger_can_not_make_the_api_ask_all_the_time()
    {
        await using var issuer = await BearerApi.StartAsync();
        await using var successor = await BearerApi.StartAsync();
        await using var api = await Api.StartAsync(issuer);
        var before = await issuer.SignInAsync($"&scope=read&resource={Clients.Api1}");
        ((int)(await api.GetAsync("/me", before.AccessToken)).Status).Should().Be(200);

        api.Network.Server = successor.Address;
        var after = await successor.SignInAsync($"&scope=read&resource={Clients.Api1}");
        for (var i = 0; i < 3; i++)
        {
            ((int)(await api.GetAsync("/me", after.AccessToken)).Status).Should().Be(401, "the keys were read a moment ago");
        }

        api.Network.Requests.Should().HaveCount(2);
        api.Time.Advance(TimeSpan.FromSeconds(30));
        ((int)(await api.GetAsync("/me", after.AccessToken)).Status).Should().Be(200);
        api.Network.Requests.Should().HaveCount(4);
    }

    [Test]
    public async Task Issuer_that_can_not_be_reached_is_an_outage_at_first_and_no_matter_later()
    {
        await using var issuer = await BearerApi.StartAsync();
        await using var api = await Api.StartAsync(issuer);
        var tokens = await issuer.SignInAsync($"&scope=read&resource={Clients.Api1}");
        api.Network.Fails = true;

        var answer = await api.GetAsync("/me", tokens.AccessToken);

        ((int)answer.Status, answer.Error).Should().Be((503, "temporarily_unavailable"));
        answer.Headers.Should().ContainKey("Retry-After");
        api.Network.Fails = false;
        ((int)(await api.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(503, "it failed a moment ago");
        api.Time.Advance(TimeSpan.FromSeconds(1));
        ((int)(await api.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(200);
        api.Network.Fails = true;
        api.Time.Advance(TimeSpan.FromMinutes(59));
        ((int)(await api.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(200);
    }

    [Test]
    public async Task Issuer_that_names_itself_otherwise_is_an_outage_that_says_so()
    {
        await using var issuer = await BearerApi.StartAsync();
        await using var api = await Api.StartAsync(issuer, "https://id.example");
        var tokens = await issuer.SignInAsync($"&scope=read&resource={Clients.Api1}");

        ((int)(await api.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(503);
        api.Logs.Entries.Should().Contain(entry => $"{entry.Exception}".Contains("names the issuer 'https://id.example/'", StringComparison.Ordinal));
    }

    /// <summary>An API with nothing but the authentication.</summary>
    private sealed class Api : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _http;

        private Api(WebApplication app, Network network, FakeTime time, LogCapture logs)
        {
            (_app, Network, Time, Logs) = (app, network, time, logs);
            _http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        }

        public Network Network { get; }

        public FakeTime Time { get; }

        public LogCapture Logs { get; }

        public static async Task<Api> StartAsync(TestHost issuer, string authority = BearerApi.Issuer)
        {
            var (network, time, logs) = (new Network { Server = issuer.Address }, new FakeTime(), new LogCapture());
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
            builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
            builder.Logging.ClearProviders().AddProvider(logs);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddAuthentication().AddRotationBearer(options =>
            {
                options.Authority = authority;
                options.Audiences.Add(Clients.Api1);
            });
            builder.Services.AddAuthorization();
            builder.Services.AddHttpClient(RotationBearerOptions.AuthorityClientName).AddHttpMessageHandler(() => network);
            var app = builder.Build();
            BearerApi.MapApi(app);
            await app.StartAsync();
            return new Api(app, network, time, logs);
        }

        public async Task<Answer> GetAsync(string path, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new("Bearer", token);
            return await Answer.ReadAsync(await _http.SendAsync(request));
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _app.DisposeAsync();
        }
    }

    /// <summary>Leads the issuer's name to a server on this machine, and keeps the paths that were asked for.</summary>
    private sealed class Network : DelegatingHandler
    {
        public Uri Server { get; set; } = null!;

        public bool Fails { get; set; }

        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new HttpRequestException("No route to the issuer.");
            }

            request.RequestUri!.GetLeftPart(UriPartial.Authority).Should().Be("https://id.example");
            Requests.Add(request.RequestUri.AbsolutePath);
            request.RequestUri = new Uri(Server, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
