using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>A resource server without the token store, which asks the authorization server's introspection endpoint over HTTP.</summary>
[TestFixture]
internal sealed class IntrospectionSourceTests
{
    private const string AwkwardResourceServer = "resource server:ü";

    private TestHost _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await TestHost.StartAsync(static setup =>
    {
        setup.Endpoints(static options => options.Clients.Add(new OAuthClient
        {
            ClientId = AwkwardResourceServer,
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash(Clients.AwkwardSecret)],
            AllowIntrospection = true,
            Audiences = [Clients.Api1],
        }));
        setup.Pipeline = static app => app.Map("/elsewhere", static elsewhere => elsewhere.Run(static context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/oauth/introspect";
            return Task.CompletedTask;
        }));
    });

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase(Clients.Confidential, Clients.Secret)]
    [TestCase(AwkwardResourceServer, Clients.AwkwardSecret)]
    public async Task Family_that_ends_is_refused_after_the_cache_time(string client, string secret)
    {
        await using var api = await StartApiAsync(client, secret);
        var (issued, refreshed) = await _server.LogInAsync();
        (await api.CallAsync(refreshed.AccessToken)).ShouldPass();

        await _server.RevokeAsync(issued);
        (await api.CallAsync(refreshed.AccessToken)).ShouldPass();
        api.Time.Advance(TimeSpan.FromSeconds(10));

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
        api.Store.History.Should().BeEmpty("this host has no tokens");
    }

    [Test]
    public async Task Secret_that_is_wrong_is_an_outage_and_stands_in_no_log()
    {
        await using var api = await StartApiAsync(Clients.Confidential, "a wrong secret");
        var (_, refreshed) = await _server.LogInAsync();

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeError(503, "temporarily_unavailable");

        api.Logs.Of(322).Single().Exception!.Message.Should().Be("The introspection endpoint returned 401.");
        api.Logs.Entries.Should().HaveCountGreaterThan(5);
        api.Logs.Entries.Select(entry => $"{entry.Message}\n{entry.Values()}\n{entry.Exception}")
            .Where(text => text.Contains(refreshed.AccessToken!, StringComparison.Ordinal) || text.Contains("wrong secret", StringComparison.Ordinal)
                || text.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes("web:a+wrong+secret")), StringComparison.Ordinal))
            .Should().BeEmpty();
    }

    [Test]
    public async Task Redirection_is_not_followed()
    {
        await using var api = await StartApiAsync(Clients.Confidential, Clients.Secret, "/elsewhere");
        var (_, refreshed) = await _server.LogInAsync();

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeError(503, "temporarily_unavailable");
        api.Logs.Of(322).Single().Exception!.Message.Should().Be("The introspection endpoint returned 307.");
    }

    [Test]
    public async Task Server_that_is_not_there_is_an_outage()
    {
        var (_, refreshed) = await _server.LogInAsync();
        await using var api = await StartApiAsync(Clients.Confidential, Clients.Secret);
        await _server.StopAsync();

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeError(503, "temporarily_unavailable");
    }

    [Test]
    public async Task Request_whose_token_is_nowhere_is_an_outage_that_says_what_to_set()
    {
        await using var api = await StartApiAsync(Clients.Confidential, Clients.Secret);

        (await api.CallWithClaimsAsync("rtr_fid=0123456789abcdef0123456789abcdef")).ShouldBeError(503, "temporarily_unavailable");
        api.Logs.Of(322).Single().Exception!.Message.Should().Contain("ResolveAccessToken");
    }

    [TestCase("")]
    [TestCase("true")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"active":"true"}""")]
    [TestCase("""{"active":null}""")]
    [TestCase("""{"active":true}""")]
    [TestCase("""{"active":true""")]
    [TestCase("<html>")]
    public async Task Answer_that_is_no_introspection_is_an_outage(string body)
    {
        await using var api = await StartApiAsync(Clients.Confidential, Clients.Secret, answer: body);
        var (_, refreshed) = await _server.LogInAsync();

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeError(503, "temporarily_unavailable");
    }

    [TestCase("""{"active":true,"rtr_fid":"0123456789abcdef0123456789abcdef"}""")]
    [TestCase("""{"active":true,"rtr_fid":7}""")]
    public async Task Answer_about_another_family_lets_nothing_pass(string body)
    {
        await using var api = await StartApiAsync(Clients.Confidential, Clients.Secret, answer: body);
        var (_, refreshed) = await _server.LogInAsync();

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Answer_without_end_is_an_outage()
    {
        await using var api = await StartApiAsync(
            Clients.Confidential, Clients.Secret, answer: $$"""{"active":true,"padding":"{{new string('x', 70_000)}}"}""");
        var (_, refreshed) = await _server.LogInAsync();

        (await api.CallAsync(refreshed.AccessToken)).ShouldBeError(503, "temporarily_unavailable");
    }

    private Task<TestHost> StartApiAsync(string client, string secret, string path = "/oauth/introspect", string? answer = null) =>
        ProtectedApi.StartAsync(
            change: setup =>
            {
                setup.UseStubIssuer = false;
                setup.Build = rotation => rotation.Services.AddSingleton<IAccessTokenIssuer>(_server.Issuer);
            },
            source: builder =>
            {
                builder.UseIntrospection(options =>
                    (options.Endpoint, options.ClientId, options.ClientSecret) = (new Uri(_server.Address, path), client, secret));
                if (answer is not null)
                {
                    builder.Services.AddHttpClient(ResourceServerBuilder.IntrospectionClientName)
                        .ConfigurePrimaryHttpMessageHandler(() => new FixedAnswer(answer));
                }
            });

    private sealed class FixedAnswer(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) });
    }
}
