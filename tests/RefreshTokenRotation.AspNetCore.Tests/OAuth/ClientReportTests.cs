using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>What real clients sent and could not make use of.</summary>
public sealed class ClientReportTests
{
    private const string Refresh = "grant_type=refresh_token&client_id=spa&refresh_token=";

    [Test]
    public async Task Bearer_header_on_a_token_request_is_no_client_authentication()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();

        var answer = await host.TokenAsync(Refresh + issued.RefreshToken.Reveal(), request => request.Headers.Authorization = new("Bearer", "old"));

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [Test]
    public async Task Refusal_of_a_host_grant_with_401_challenges_for_nothing()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Build = rotation =>
            new StubGrantHandler { Decide = static _ => new GrantTypeResult.Rejected("invalid_grant", null, 401) }.AddTo(rotation));

        var answer = await host.TokenAsync($"grant_type={StubGrantHandler.Type}&client_id=spa");

        ((int)answer.Status).Should().Be(401);
        answer.Headers.Should().NotContainKey("WWW-Authenticate");
    }

    [TestCase("grant_type=refresh_token&client_id=mis-spelt&refresh_token=x", "application/x-www-form-urlencoded", 400)]
    [TestCase("client_id=spa", "application/x-www-form-urlencoded", 400)]
    [TestCase("--b\r\n", "multipart/form-data; boundary=b", 400)]
    public async Task Refusal_before_the_client_is_known_can_be_read_by_any_script(string body, string type, int status)
    {
        await using var host = await TestHost.StartAsync();

        var answer = await host.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, TestHostExtensions.TokenPath) { Content = new StringContent(body, MediaTypeHeaderValue.Parse(type)) },
            request => request.Headers.Add("Origin", "https://stranger.example"));

        ((int)answer.Status).Should().Be(status, answer.Text);
        answer.Header("Access-Control-Allow-Origin").Should().Be("*");
    }

    [TestCase("client_id=spa&x=", 413)]
    [TestCase("client_id=spa", 503)]
    public async Task Body_that_is_too_large_and_outage_can_be_read_by_any_script(string body, int status)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Build = static rotation => rotation.UseClientStore<FailingClients>());

        var answer = await host.TokenAsync(
            $"grant_type=refresh_token&refresh_token=x&{body}{new string('x', status == 413 ? 40_000 : 0)}", request => request.Headers.Add("Origin", "https://stranger.example"));

        ((int)answer.Status).Should().Be(status, answer.Text);
        answer.Header("Access-Control-Allow-Origin").Should().Be("*");
    }

    [Test]
    public async Task Outage_of_the_metadata_can_be_read_by_any_script()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.ConfigureMetadata = static (_, _) => throw new IOException("down")));

        var answer = await host.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"), request => request.Headers.Add("Origin", "https://stranger.example"));

        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Header("Access-Control-Allow-Origin").Should().Be("*");
    }

    [TestCase("/.well-known/oauth-authorization-server")]
    [TestCase("/.well-known/openid-configuration")]
    [TestCase("/.well-known/jwks.json")]
    [TestCase("/oauth/token")]
    [TestCase("/oauth/revoke")]
    public async Task Preflight_of_every_cross_origin_endpoint_echoes_the_headers(string path)
    {
        await using var host = await TestHost.StartAsync(static setup =>
        {
            setup.UseStubIssuer = false;
            setup.Build = static rotation => rotation.UseJwtAccessTokens(static options =>
            {
                options.Issuer = "https://login.example/";
                options.SigningKeys.Add(SigningKey.Generate(SigningAlgorithm.ES256));
            });
        });

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Options, path), request =>
        {
            request.Headers.Add("Origin", Clients.Origin);
            request.Headers.Add("Access-Control-Request-Method", "GET");
            request.Headers.Add("Access-Control-Request-Headers", "mcp-protocol-version,traceparent");
        });

        ((int)answer.Status).Should().Be(204);
        answer.Header("Access-Control-Allow-Headers").Should().Be("mcp-protocol-version,traceparent");
    }

    [TestCase("https://api1.example", 200)]
    [TestCase("HTTPS://API1.example:443/", 200)]
    [TestCase("https://api1.example//", 400)]
    [TestCase("https://api1.example:444/", 400)]
    [TestCase("https://api1.example/Path", 400)]
    public async Task Resource_is_compared_as_an_address_and_named_as_registered(string resource, int status)
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();

        var answer = await host.RefreshAsync(issued.RefreshToken.Reveal(), $"&resource={Uri.EscapeDataString(resource)}");

        ((int)answer.Status).Should().Be(status, answer.Text);
        host.Issuer.Requests.SelectMany(request => request.Resources).Should().NotContain(named => named != Clients.Api1);
    }

    [Test]
    public async Task Revoked_access_token_ends_its_family_after_ownership()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());

        (await host.PostAsync("/oauth/revoke", $"client_id={Clients.OtherPublic}&token={refreshed.AccessToken}")).ShouldBeError(400, "invalid_grant");
        await host.ShouldStillExchangeAsync(refreshed.RefreshToken!);
        var answer = await host.PostAsync("/oauth/revoke", $"client_id=spa&token={refreshed.AccessToken}");

        ((int)answer.Status).Should().Be(200);
        answer.Body.Should().BeEmpty();
        answer.Header("Content-Type").Should().Be("application/json");
        (await host.Families.FindAsync(issued.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.ClientRequest);
    }

    [Test]
    public async Task Raw_basic_pair_is_tried_where_the_decoded_one_fails()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.Clients.Add(new OAuthClient
        {
            ClientId = "raw",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash("p+q%41")],
        })));
        var issued = await host.IssueAsync("raw");

        var answer = await host.TokenAsync($"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}", request =>
            request.Headers.Authorization = new("Basic", Convert.ToBase64String("raw:p+q%41"u8)));

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [TestCase("p+q%41", "p+q%41", 200)]
    [TestCase("p%2Bq%2541", "p+q%41", 200)]
    [TestCase("p q%41", "p+q%41", 401)]
    [TestCase("p+qA", "p+q%41", 401)]
    public async Task Basic_pair_is_read_encoded_and_raw_and_in_no_third_way(string sent, string secret, int status)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.Clients.Add(new OAuthClient
        {
            ClientId = "raw+id",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecret,
            SecretHashes = [ClientSecret.Hash(secret)],
        })));
        var issued = await host.IssueAsync("raw+id");

        var pair = sent.Contains("%2B", StringComparison.Ordinal) ? $"raw%2Bid:{sent}" : $"raw+id:{sent}";

        foreach (var form in new[] { "grant_type=refresh_token", "grant_type=refresh_token&client_id=raw%2Bid" })
        {
            var answer = await host.TokenAsync($"{form}&refresh_token={issued.RefreshToken.Reveal()}", request =>
                request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pair))));

            ((int)answer.Status).Should().Be(status, answer.Text);
            issued = status == 200 ? await host.IssueAsync("raw+id") : issued;
        }
    }

    [Test]
    public async Task Device_behind_a_socket_for_both_families_is_stored_as_IPv4()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Pipeline = app => app.Use(static (context, next) =>
        {
            context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse("::ffff:203.0.113.9");
            return next(context);
        }));
        var issued = await host.IssueAsync();

        await host.RefreshAsync(issued.RefreshToken.Reveal());

        (await host.Families.FindAsync(issued.Family.FamilyId))!.LastDevice!.IpAddress.Should().Be("203.0.113.9");
    }

    [TestCase("a%00b")]
    [TestCase("a%0Ab")]
    public async Task Client_id_with_control_characters_reaches_no_store(string clientId)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Build = static rotation => rotation.UseClientStore<FailingClients>());

        (await host.TokenAsync($"grant_type=refresh_token&client_id={clientId}&refresh_token=x")).ShouldBeError(400, "invalid_client");
        (await host.TokenAsync("grant_type=refresh_token&refresh_token=x", request =>
            request.Headers.Authorization = new("Basic", Convert.ToBase64String("a\0b:c"u8)))).ShouldBeError(401, "invalid_client");
    }

    [Test]
    public async Task Both_kinds_of_access_are_refused()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();

        (await host.RefreshAsync(issued.RefreshToken.Reveal(), "&scope=online_access+offline_access")).ShouldBeError(400, "invalid_request");
    }

    [TestCase("""[]""", "one JSON object")]
    [TestCase("""{"grant_type":7}""", "grant_type")]
    public async Task Malformed_body_says_what_is_wrong(string body, string named)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.AllowJsonBodies = true));

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Post, TestHostExtensions.TokenPath)
        {
            Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")),
        });

        answer.ShouldBeError(400, "invalid_request");
        answer.Member("error_description").Should().Contain(named);
    }

    private sealed class FailingClients : IOAuthClientStore
    {
        public ValueTask<OAuthClient?> FindAsync(string clientId, string tenantId, CancellationToken cancellationToken) => throw new IOException("reached");
    }
}
