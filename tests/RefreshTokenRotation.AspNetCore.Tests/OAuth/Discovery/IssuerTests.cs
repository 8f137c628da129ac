using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.AspNetCore.Tests.Discovery;

/// <summary>Whom the metadata name as issuer: the one that the tokens name, and never what a caller wrote where it decides over anything.</summary>
[TestFixture]
internal sealed class IssuerTests
{
    private const string Path = "/.well-known/oauth-authorization-server";
    private const string OpenIdPath = "/.well-known/openid-configuration";

    [Test]
    public async Task Issuer_of_the_tokens_is_the_issuer_where_the_endpoints_name_none()
    {
        await using var host = await StartWithTokensAsync("https://login.example/");

        var answer = await GetAsync(host, Path, "attacker.example");

        answer.Member("issuer").Should().Be("https://login.example/");
        answer.Member("token_endpoint").Should().Be("https://login.example/oauth/token");
        answer.Member("jwks_uri").Should().Be("https://login.example/.well-known/jwks.json");
    }

    [Test]
    public async Task Introspection_names_the_issuer_of_the_tokens()
    {
        await using var host = await StartWithTokensAsync("https://login.example/");
        var issued = await host.IssueAsync();

        var answer = await host.PostAsync(
            "/oauth/introspect", $"token={issued.RefreshToken.Reveal()}", request => request.Basic(Clients.Confidential, Clients.Secret));

        answer.Member("iss").Should().Be("https://login.example/");
    }

    [Test]
    public async Task Two_issuers_stop_the_start_and_are_named()
    {
        var start = () => StartWithTokensAsync("https://login.example/", setup => setup.Endpoints(options => options.Issuer = "https://login.example"));

        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*'https://login.example'*'https://login.example/'*");
    }

    [Test]
    public async Task Client_that_signs_needs_a_server_that_knows_its_name()
    {
        using var key = AssertionKey.Create("ES256");

        var start = () => TestHost.StartAsync(setup => setup.Endpoints(options => options.Clients.Add(Signer(key))));

        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*'signer'*PrivateKeyJwt*Issuer*");
    }

    [Test]
    public async Task Assertion_for_another_server_is_not_accepted_under_that_servers_name()
    {
        using var key = AssertionKey.Create("ES256");
        await using var host = await TestHost.StartAsync(setup => setup.Build = rotation => rotation.Services.AddSingleton<IOAuthClientStore>(new Store(Signer(key))));
        var issued = await host.IssueAsync("signer");
        var assertion = key.Sign(AssertionKey.Claims("signer", "http://attacker.example/", host.Time.GetUtcNow()));

        var answer = await host.TokenAsync(
            $"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}"
                + $"&client_assertion_type={Uri.EscapeDataString(ClientAssertionVerifier.AssertionType)}&client_assertion={assertion}",
            request => request.Headers.Host = "attacker.example");

        answer.ShouldBeError(503, "temporarily_unavailable");
        host.Logs.Of(301).Should().ContainSingle().Which.Exception!.Message.Should().Contain("Issuer");
        await host.ShouldStillExchangeAsync(issued.RefreshToken, "signer");
    }

    [Test]
    public async Task Assertion_for_the_issuer_of_the_tokens_is_accepted()
    {
        using var key = AssertionKey.Create("ES256");
        await using var host = await StartWithTokensAsync("https://login.example/", setup => setup.Endpoints(options => options.Clients.Add(Signer(key))));
        var issued = await host.IssueAsync("signer");
        var assertion = key.Sign(AssertionKey.Claims("signer", "https://login.example/", host.Time.GetUtcNow()));

        var answer = await host.TokenAsync(
            $"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}"
                + $"&client_assertion_type={Uri.EscapeDataString(ClientAssertionVerifier.AssertionType)}&client_assertion={assertion}");

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [TestCase("/one" + OpenIdPath)]
    [TestCase("/one" + OpenIdPath + "/")]
    [TestCase(OpenIdPath)]
    [TestCase(Path + "/one")]
    public async Task Issuer_with_a_path_is_found_in_both_ways_and_named_alike(string path)
    {
        await using var host = await StartWithTokensAsync("https://login.example/one");

        var answer = await GetAsync(host, path);

        ((int)answer.Status).Should().Be(200);
        answer.Member("issuer").Should().Be("https://login.example/one");
        answer.Member("token_endpoint").Should().Be("https://login.example/oauth/token");
    }

    [Test]
    public async Task Issuer_with_a_path_may_have_a_group_of_routes_there()
    {
        await using var host = await StartWithTokensAsync("https://login.example/one", setup => setup.Map = endpoints =>
        {
            endpoints.MapRefreshTokenRotation();
            endpoints.MapGroup("/one").MapRefreshTokenRotation();
        });

        var answer = await GetAsync(host, "/one" + OpenIdPath);

        answer.Member("token_endpoint").Should().Be("https://login.example/one/oauth/token");
    }

    [Test]
    public async Task Endpoint_that_is_not_mapped_is_not_named()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Map = endpoints =>
        {
            endpoints.MapMetadataEndpoints();
            endpoints.MapTokenEndpoint();
        });

        var names = (await GetAsync(host, Path)).Json.EnumerateObject().Select(member => member.Name).ToArray();

        names.Should().Contain(["token_endpoint", "token_endpoint_auth_methods_supported"]);
        names.Should().NotContain(name => name.StartsWith("revocation_", StringComparison.Ordinal) || name.StartsWith("introspection_", StringComparison.Ordinal));
    }

    [Test]
    public async Task Log_of_an_outage_names_the_route_and_not_what_the_caller_wrote()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Map = endpoints => endpoints.MapGroup("/{tenant}").MapMetadataEndpoints();
            setup.Endpoints(options => options.ConfigureMetadata = static (_, _) => throw new IOException("down"));
        });

        (await GetAsync(host, "/a%0Aforged" + Path)).ShouldBeError(503, "temporarily_unavailable");

        host.Logs.Of(301).Should().ContainSingle().Which.Message.Should().Contain("/{tenant}/").And.NotContain("forged");
    }

    private static Task<TestHost> StartWithTokensAsync(string issuer, Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.UseStubIssuer = false;
        setup.Build = builder => builder.UseJwtAccessTokens(options =>
        {
            options.Issuer = issuer;
            options.SigningKeys.Add(SigningKey.Generate(SigningAlgorithm.ES256));
        });
        change?.Invoke(setup);
    });

    private static OAuthClient Signer(AssertionKey key) => new()
    {
        ClientId = "signer",
        AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
        JsonWebKeySet = new JsonObject { ["keys"] = new JsonArray(key.PublicKey()) }.ToJsonString(),
    };

    private static Task<Answer> GetAsync(TestHost host, string path, string? name = null) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), request => request.Headers.Host = name);

    private sealed class Store(OAuthClient client) : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => new(client);
    }
}
