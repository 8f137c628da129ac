using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Client.Harness;

namespace RefreshTokenRotation.Client.Tests;

/// <summary>The client against the real server on the loopback.</summary>
[TestFixture]
internal sealed class RealServerTests
{
    private static readonly KeyValuePair<string, string>[] LogIn = [new("grant_type", AuthServer.LogIn.Type), new("scope", "read write offline_access"), new("resource", AuthServer.Api1)];

    [TestCase("basic")]
    [TestCase("body")]
    [TestCase("private_key_jwt")]
    [TestCase("public")]
    public async Task Client_authenticates(string method)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var keySet = $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","use":"sig","alg":"ES256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}]}""";
        await using var server = await AuthServer.StartAsync(RotationPolicy.Strict, keySet: method == "private_key_jwt" ? keySet : null);
        var id = method switch { "private_key_jwt" => AuthServer.KeyClientId, "public" => AuthServer.ClientId, _ => AuthServer.SecretClientId };
        await using var services = Services(server, options =>
        {
            options.ClientId = id;
            options.ClientSecret = method is "basic" or "body" ? AuthServer.Secret : null;
            options.SendSecretInBody = method == "body";
            if (method == "private_key_jwt")
            {
                (options.Authority, options.TokenEndpoint, options.RevocationEndpoint) = (new Uri(AuthServer.NamedIssuer), server.TokenEndpoint, new Uri(server.Address, "/oauth/revoke"));
            }

            options.AssertionKey = method == "private_key_jwt" ? ClientAssertionKey.FromECDsa(key, "k1") : null;
        });
        var client = services.GetRequiredKeyedService<RefreshTokenClient>("c");
        await client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync(id) });

        var token = (await client.GetTokenAsync()).Should().BeOfType<TokenResult.Succeeded>().Which.Token;

        (await client.ReplaceTokenAsync(token)).Should().BeOfType<TokenResult.Succeeded>();
        (await client.SignOutAsync()).Should().BeTrue("the server's metadata name its revocation endpoint");
    }

    [Test]
    public async Task Resource_and_scope_of_a_request_reach_the_token()
    {
        await using var server = await AuthServer.StartAsync(RotationPolicy.Strict);
        await using var services = Services(server);
        var client = services.GetRequiredKeyedService<RefreshTokenClient>("c");
        await client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync() });
        var http = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "thing");
            request.SetTokenTarget(i % 2 == 0 ? new TokenTarget(AuthServer.Api1, "read") : new TokenTarget(AuthServer.Api2, "write"));
            using var response = await http.SendAsync(request);
            return (IsFirst: i % 2 == 0, Text: await response.Content.ReadAsStringAsync());
        }));

        answers.Should().OnlyContain(static answer => answer.Text == (answer.IsFirst ? $"read for {AuthServer.Api1}" : $"write for {AuthServer.Api2}"));
        server.Exchanges.Should().Be(2);
        (await client.GetTokenAsync(new TokenTarget("https://other.example/"))).Should().Be(new TokenResult.Refused("invalid_target"));
        server.Reuses.Should().Be(0);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Session_bound_to_a_key_refreshes_and_calls_with_proofs(bool requireNonce)
    {
        await using var server = await AuthServer.StartAsync(RotationPolicy.Strict, requireNonce: requireNonce);
        var store = new InMemoryTokenSessionStore();
        await using var services = Services(server, static options => options.UseDPoP = true, store);
        var client = services.GetRequiredKeyedService<RefreshTokenClient>("c");
        var http = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        (await client.RedeemAsync(LogIn)).Should().BeOfType<TokenResult.Succeeded>().Which.Token.Type.Should().Be("DPoP");
        (await http.GetStringAsync(new Uri(server.Address, "/bound?a=b"))).Should().Be("proved");
        server.ExpireAccessTokens();
        (await http.GetStringAsync(new Uri(server.Address, "/bound"))).Should().Be("proved");

        // Another process with the same store has the key, and no nonce yet.
        await using var restarted = Services(server, static options => options.UseDPoP = true, store);
        server.ExpireAccessTokens();
        (await restarted.GetRequiredService<IHttpClientFactory>().CreateClient("api").GetStringAsync(new Uri(server.Address, "/bound"))).Should().Be("proved");
        server.Reuses.Should().Be(0);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Lost_response_converges_with_the_reissue_of_the_server(bool isLeewayStated)
    {
        await using var server = await AuthServer.StartAsync(RotationPolicy.Spa with { Leeway = TimeSpan.FromMinutes(1) }, stateLeeway: isLeewayStated);
        await using var services = Services(server, options =>
            (options.Leeway, options.RequestTimeout) = (isLeewayStated ? TimeSpan.Zero : TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        var client = services.GetRequiredKeyedService<RefreshTokenClient>("c");
        (await client.RedeemAsync([new("grant_type", AuthServer.LogIn.Type)])).Should().BeOfType<TokenResult.Succeeded>("an answer to a log-in states the leeway too");
        var token = ((TokenResult.Succeeded)await client.GetTokenAsync()).Token;
        for (var round = 0; round < (isLeewayStated ? 2 : 1); round++)
        {
            var lost = 0;
            server.Gate = async (context, next) =>
            {
                if (Interlocked.Increment(ref lost) > 2)
                {
                    await next(context);
                    return;
                }

                context.Response.Body = new MemoryStream();
                await next(context);
                context.Abort();
            };

            token = (await client.ReplaceTokenAsync(token)).Should().BeOfType<TokenResult.Succeeded>().Which.Token;

            lost.Should().Be(3, "a client that takes the server for one without leeway stops after two");
        }

        server.Reuses.Should().Be(0);
    }

    [Test]
    public async Task Revoked_session_ends_and_a_strict_server_keeps_all_that_were_not_in_flight()
    {
        await using var server = await AuthServer.StartAsync(RotationPolicy.Strict);
        await using var services = Services(server);
        var client = services.GetRequiredKeyedService<RefreshTokenClient>("c");
        await client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync() });
        await client.GetTokenAsync();
        await server.RevokeAllAsync();
        server.ExpireAccessTokens();
        var token = ((TokenResult.Succeeded)await client.GetTokenAsync()).Token;

        (await client.ReplaceTokenAsync(token)).Should().BeOfType<TokenResult.SessionEnded>();
        (await client.GetTokenAsync()).Should().BeOfType<TokenResult.LoginRequired>();
    }

    [Test]
    public async Task Metadata_of_another_issuer_are_refused()
    {
        await using var server = await AuthServer.StartAsync(RotationPolicy.Strict);
        await using var services = Services(server, options => options.Authority = new Uri(server.Address, "/tenant"));
        var client = services.GetRequiredKeyedService<RefreshTokenClient>("c");
        await client.SignInAsync(new TokenSet { RefreshToken = await server.IssueAsync() });

        (await client.GetTokenAsync()).Should().BeOfType<TokenResult.Unavailable>();

        server.Exchanges.Should().Be(0);
    }

    private static ServiceProvider Services(AuthServer server, Action<RefreshTokenClientOptions>? configure = null, ITokenSessionStore? store = null)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenClient("c", options =>
        {
            options.Authority = server.Address;
            options.ClientId = AuthServer.ClientId;
            configure?.Invoke(options);
        }).UseStore(_ => store ?? new InMemoryTokenSessionStore());
        services.AddHttpClient("api", http => http.BaseAddress = new Uri(server.Address, "/api/")).AddRefreshTokenHandler("c");
        return services.BuildServiceProvider();
    }
}
