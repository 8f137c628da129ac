using System.Net;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client.Tests.Support;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>Documents that a server, or whoever stands in its place, may send instead of its metadata.</summary>
[TestFixture]
internal sealed class MetadataTests
{
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"issuer":1,"token_endpoint":"https://login.example/token"}""")]
    [TestCase("""{"issuer":null,"token_endpoint":"https://login.example/token"}""")]
    [TestCase("""{"issuer":"https://other.example","token_endpoint":"https://other.example/token"}""")]
    [TestCase("""{"issuer":"https://login.example","token_endpoint":"http://login.example/token"}""")]
    [TestCase("""{"issuer":"https://login.example","token_endpoint":7}""")]
    [TestCase("<html>Welcome</html>")]
    public async Task Document_that_is_no_good_keeps_the_session_and_sends_the_token_nowhere(string body)
    {
        using var server = new Document(body);
        await using var app = new TestApp(
            options: static options => (options.Authority, options.TokenEndpoint) = (new Uri("https://login.example"), null),
            build: builder => builder.ServerHttp.ConfigurePrimaryHttpMessageHandler(() => server));
        await app.SignInAsync();

        (await app.Client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>();

        (await app.StoredAsync()).Should().Be("rt-1");
        server.Requests.Should().OnlyContain(static request => request == "GET /.well-known/oauth-authorization-server");
        app.Logs.Entries.Should().NotContain(static entry => entry.Message.Contains("store", StringComparison.Ordinal), "the store is not at fault");
    }

    private sealed class Document(string body) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return Task.FromResult(StubServer.Text(HttpStatusCode.OK, body));
        }
    }
}
