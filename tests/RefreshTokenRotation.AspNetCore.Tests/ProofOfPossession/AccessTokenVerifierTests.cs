using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Access tokens at a protected API (RFC 6750, RFC 9449 section 7).</summary>
public sealed class AccessTokenVerifierTests
{
    private const string Path = "/api/a%2Fb/messages";

    private TestHost _host = null!;
    private DPoPClient _client = null!;
    private string _bound = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await DPoPHost.StartAsync(change: setup => setup.Map = Map);
        _client = new DPoPClient(_host);
        _bound = (await _client.LogInAsync()).AccessToken!;
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [TestCase("DPoP")]
    [TestCase("dpop")]
    public async Task Bound_token_with_its_proof_is_accepted(string scheme)
    {
        var answer = await CallAsync($"{scheme} {_bound}", Proof());

        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.Text.Should().Be("alice");
    }

    [Test]
    public async Task Proof_works_once_at_the_api_too()
    {
        var proof = Proof();
        await CallAsync($"DPoP {_bound}", proof);

        ShouldChallenge(await CallAsync($"DPoP {_bound}", proof), "invalid_dpop_proof");
    }

    [Test]
    public async Task Bound_token_is_worth_nothing_as_a_bearer_token()
    {
        var answer = await CallAsync($"Bearer {_bound}");

        ((int)answer.Status).Should().Be(401);
        answer.Header("WWW-Authenticate").Should().Be("Bearer error=\"invalid_token\", DPoP algs=\"ES256 RS256 PS256\"");
    }

    [Test]
    public async Task Bearer_token_is_accepted_as_what_it_is_alone()
    {
        var token = (await _host.RefreshAsync((await _host.IssueAsync()).RefreshToken.Reveal())).AccessToken!;

        ((int)(await CallAsync($"Bearer {token}")).Status).Should().Be(200);
        ShouldChallenge(await CallAsync($"DPoP {token}", Proof(token)), "invalid_token");
    }

    [Test]
    public async Task Proof_of_another_key_is_refused()
    {
        using var thief = new DPoPClient(_host);

        var store = (InMemoryReplayStore)_host.Services.GetRequiredService<RefreshTokenRotation.Storage.IReplayStore>();
        var before = store.Count;

        ShouldChallenge(await CallAsync($"DPoP {_bound}", thief.Key.Sign(thief.Claims(Path, "GET", _bound), thief.Header())), "invalid_token");

        store.Count.Should().Be(before, "a stranger's proof is not remembered");
    }

    [TestCase("ath", null)]
    [TestCase("ath", "x")]
    [TestCase("htm", "POST")]
    [TestCase("htu", "http://api.example/api/a%2Fb/messages")]
    [TestCase("iat", null)]
    public async Task Proof_for_another_token_or_request_is_refused(string claim, string? value)
    {
        var claims = _client.Claims(Path, "GET", _bound);
        claims[claim] = value;

        ShouldChallenge(await CallAsync($"DPoP {_bound}", _client.Key.Sign(claims, _client.Header())), "invalid_dpop_proof");
    }

    [Test]
    public async Task Token_without_a_proof_or_with_two_is_refused()
    {
        ShouldChallenge(await CallAsync($"DPoP {_bound}"), "invalid_dpop_proof");
        ShouldChallenge(await CallAsync($"DPoP {_bound}", Proof(), Proof()), "invalid_dpop_proof");
    }

    [Test]
    public async Task Unknown_token_is_refused_and_no_token_is_told_what_to_bring()
    {
        ShouldChallenge(await CallAsync("DPoP x", Proof("x")), "invalid_token");
        foreach (var authorization in new[] { null, "Basic c3BhOg==", "DPoP", "Bearer ", "DPoPx" })
        {
            var answer = await CallAsync(authorization);
            ((int)answer.Status).Should().Be(401, authorization);
            answer.Header("WWW-Authenticate").Should().Be("Bearer, DPoP algs=\"ES256 RS256 PS256\"");
            answer.Body.Should().BeEmpty();
        }
    }

    [Test]
    public async Task Two_tokens_are_one_too_many()
    {
        var answer = await _host.SendRawAsync(
            $"GET {Path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: DPoP {_bound}\r\nAuthorization: Bearer {_bound}\r\nDPoP: {Proof()}\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 400 ").And.Contain("{\"error\":\"invalid_request\"}");
    }

    [Test]
    public async Task Api_that_requires_a_nonce_tells_it_and_names_its_own_origin()
    {
        await using var host = await DPoPHost.StartAsync(
            options => (options.RequireNonce, options.ResourceOrigin) = (true, "https://api.example"), setup => setup.Map = Map);
        using var client = new DPoPClient(host);
        client.Nonce = (await client.LogInAsync()).Header("DPoP-Nonce");
        var token = (await client.LogInAsync()).AccessToken!;
        client.Nonce = null;

        var told = await CallAsync(host, $"DPoP {token}", Signed());
        client.Nonce = told.Header("DPoP-Nonce");
        var answer = await CallAsync(host, $"DPoP {token}", Signed());

        ShouldChallenge(told, "use_dpop_nonce");
        ((int)answer.Status).Should().Be(200, answer.Text);

        string Signed()
        {
            var claims = client.Claims(Path, "GET", token);
            claims["htu"] = "https://api.example" + Path;
            return client.Key.Sign(claims, client.Header());
        }
    }

    [TestCase(null, null, 1)]
    [TestCase("*", null, 1)]
    [TestCase("127.0.0.1;localhost", null, 0)]
    [TestCase(null, "https://api.example", 0)]
    public async Task Host_header_that_nobody_checks_is_told_once(string? allowedHosts, string? origin, int told)
    {
        await using var host = await DPoPHost.StartAsync(options => options.ResourceOrigin = origin, setup =>
        {
            setup.Map = Map;
            setup.Endpoints(options => options.Issuer = "https://login.example/");
            if (allowedHosts is not null)
            {
                setup.Build += rotation => rotation.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = allowedHosts.Split(';'));
            }
        });
        using var client = new DPoPClient(host);
        var login = await client.LogInAsync(client.Proof((_, claims) => claims["htu"] = "https://login.example/oauth/token"));

        host.Logs.Of(304).Should().BeEmpty("the token endpoint goes by the issuer");
        await CallAsync(host, $"DPoP {login.AccessToken}");
        await CallAsync(host, $"DPoP {login.AccessToken}");

        host.Logs.Of(304).Should().HaveCount(told);
    }

    [Test]
    public async Task Token_endpoint_without_an_issuer_tells_of_the_host_header_too()
    {
        await _client.LogInAsync();

        _host.Logs.Of(304).Should().ContainSingle().Which.Level.Should().Be(LogLevel.Warning);
    }

    private static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRefreshTokenRotation();
        endpoints.MapGet("/api/{folder}/messages", async (HttpContext context, AccessTokenVerifier verifier) => await verifier.VerifyAsync(context, context.RequestAborted) switch
        {
            AccessTokenVerification.Accepted accepted => Results.Text(accepted.Token.Subject),
            AccessTokenVerification.Rejected rejected => rejected,
            _ => throw new InvalidOperationException(),
        });
    }

    private static void ShouldChallenge(Answer answer, string error)
    {
        answer.ShouldBeRefused(401, error);
        answer.Header("WWW-Authenticate").Should().MatchRegex(
            $"^DPoP error=\"{error}\",{(error == "invalid_dpop_proof" ? " error_description=\"[^\"]+\"," : string.Empty)} algs=\"ES256 RS256 PS256\", Bearer$");
    }

    private string Proof(string? token = null) => _client.Key.Sign(_client.Claims(Path, "GET", token ?? _bound), _client.Header());

    private Task<Answer> CallAsync(string? authorization, params string[] proofs) => CallAsync(_host, authorization, proofs);

    private static Task<Answer> CallAsync(TestHost host, string? authorization, params string[] proofs) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, Path), request =>
        {
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }

            request.Headers.TryAddWithoutValidation("DPoP", proofs);
        });
}
