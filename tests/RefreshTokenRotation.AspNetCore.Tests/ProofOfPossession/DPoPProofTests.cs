using System.Text.Json.Nodes;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>DPoP proofs at the token endpoint (RFC 9449 section 4.3).</summary>
public sealed class DPoPProofTests
{
    private static readonly string[] OfAPrivateKey = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private TestHost _host = null!;
    private DPoPClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _host = await DPoPHost.StartAsync();
        _client = new DPoPClient(_host);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("no type", (header, _) => header.Remove("typ"));
        yield return Case("another type", (header, _) => header["typ"] = "JWT");
        yield return Case("algorithm none", (header, _) => header["alg"] = "none");
        yield return Case("a shared secret's algorithm", (header, _) => header["alg"] = "HS256");
        yield return Case("an algorithm of another key", (header, _) => header["alg"] = "RS256");
        yield return Case("an algorithm in other letters", (header, _) => header["alg"] = "es256");
        yield return Case("no key", (header, _) => header.Remove("jwk"));
        yield return Case("a key that is a text", (header, _) => header["jwk"] = "key");
        yield return Case("a shared key", (header, _) => header["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "AAAA" });
        foreach (var member in OfAPrivateKey)
        {
            yield return Case($"a private key's {member}", (header, _) => header["jwk"]![member] = "AQAB");
        }

        yield return Case("a point off the curve", (header, _) => header["jwk"]!["x"] = header["jwk"]!["y"]!.GetValue<string>());
        yield return Case("another spelling of the key", (header, _) => header["jwk"]!["x"] = header["jwk"]!["x"] + "AA");
        yield return Case("a critical extension", (header, _) => header["crit"] = new JsonArray("x"));
        yield return Case("no method", (_, claims) => claims.Remove("htm"));
        yield return Case("another method", (_, claims) => claims["htm"] = "GET");
        yield return Case("a method in small letters", (_, claims) => claims["htm"] = "post");
        yield return Case("no address", (_, claims) => claims.Remove("htu"));
        yield return Case("another path", (_, claims) => claims["htu"] = claims["htu"] + "/x");
        yield return Case("another host", (_, claims) => claims["htu"] = "http://login.example/oauth/token");
        yield return Case("a path alone", (_, claims) => claims["htu"] = "/oauth/token");
        yield return Case("no time", (_, claims) => claims.Remove("iat"));
        yield return Case("a time that is a text", (_, claims) => claims["iat"] = claims["iat"]!.ToJsonString());
        yield return Case("a time that is too long ago", (_, claims) => claims["iat"] = claims["iat"]!.GetValue<long>() - 61);
        yield return Case("a time that is too far ahead", (_, claims) => claims["iat"] = claims["iat"]!.GetValue<long>() + 61);
        yield return Case("no id", (_, claims) => claims.Remove("jti"));
        yield return Case("an empty id", (_, claims) => claims["jti"] = "");
        yield return Case("an id that is too long", (_, claims) => claims["jti"] = new string('x', 257));
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task Wrong_proof_is_refused_and_consumes_nothing(Action<JsonObject, JsonObject> change)
    {
        var issued = await _host.IssueAsync();

        (await _client.RefreshAsync(issued.RefreshToken.Reveal(), _client.Proof(change))).ShouldBeError(400, "invalid_dpop_proof");

        await _host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Proof_must_stand_there_once()
    {
        var issued = await _host.IssueAsync();
        var form = $"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}";
        var proof = _client.Proof();

        (await SendTwiceAsync(proof, _client.Proof())).Should().StartWith("HTTP/1.1 400 ").And.Contain("\"invalid_dpop_proof\"");
        (await SendTwiceAsync(proof, proof)).Should().StartWith("HTTP/1.1 400 ").And.Contain("\"invalid_dpop_proof\"");
        (await _client.SendAsync(form, $"{proof},{_client.Proof()}")).ShouldBeError(400, "invalid_dpop_proof");
        (await _client.SendAsync(form, "")).ShouldBeError(400, "invalid_dpop_proof");

        await _host.ShouldStillExchangeAsync(issued.RefreshToken);

        Task<string> SendTwiceAsync(string first, string second) => _host.SendRawAsync(
            $"POST /oauth/token HTTP/1.1\r\nHost: {_host.Address.Authority}\r\nConnection: close\r\nDPoP: {first}\r\nDPoP: {second}\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}");
    }

    [Test]
    public async Task Proof_works_once()
    {
        var proof = _client.Proof();
        var first = await _client.LogInAsync(proof);

        (await _client.RefreshAsync(first.RefreshToken!, proof)).ShouldBeError(400, "invalid_dpop_proof");

        ((int)(await _client.RefreshAsync(first.RefreshToken!)).Status).Should().Be(200, "nothing was consumed");
    }

    [Test]
    public async Task Id_that_another_key_has_used_is_free()
    {
        using var other = new DPoPClient(_host);
        await other.LogInAsync(other.Proof((_, claims) => claims["jti"] = "1"));

        ((int)(await _client.LogInAsync(_client.Proof((_, claims) => claims["jti"] = "1"))).Status).Should().Be(200);
    }

    [Test]
    public async Task Signature_of_another_key_is_refused()
    {
        using var other = new DPoPClient(_host);

        (await _client.LogInAsync(_client.Proof((header, _) => header["jwk"] = other.Key.PublicKey()))).ShouldBeError(400, "invalid_dpop_proof");
    }

    [Test]
    public async Task Every_algorithm_of_the_options_proves_its_key([Values("ES256", "RS256", "PS256")] string algorithm)
    {
        using var client = new DPoPClient(_host, algorithm);

        var answer = await client.LogInAsync();

        answer.Member("token_type").Should().Be("DPoP", answer.Text);
        _host.Issuer.Requests.Should().ContainSingle().Which.SenderKeyThumbprint.Should().Be(client.Thumbprint);
    }

    [Test]
    public async Task Algorithm_outside_the_options_is_refused()
    {
        await using var host = await DPoPHost.StartAsync(options => options.SigningAlgorithms.Remove("RS256"));
        using var client = new DPoPClient(host, "RS256");

        (await client.LogInAsync()).ShouldBeError(400, "invalid_dpop_proof");
    }

    [TestCase(-60)]
    [TestCase(10)]
    public async Task Clock_may_be_off_by_the_window(int seconds)
    {
        var proof = _client.Proof((_, claims) => claims["iat"] = claims["iat"]!.GetValue<long>() + seconds);

        ((int)(await _client.LogInAsync(proof)).Status).Should().Be(200);
    }

    [Test]
    public async Task Used_proof_is_remembered_for_as_long_as_it_would_be_accepted()
    {
        var proof = _client.Proof((_, claims) => claims["iat"] = claims["iat"]!.GetValue<long>() + 10);
        await _client.LogInAsync(proof);
        _host.Time.Advance(TimeSpan.FromSeconds(70));

        (await _client.LogInAsync(proof)).ShouldBeError(400, "invalid_dpop_proof");
    }

    [Test]
    public async Task Address_is_that_of_the_issuer_where_one_is_named()
    {
        await using var host = await DPoPHost.StartAsync(change: setup => setup.Endpoints(options => options.Issuer = "https://LOGIN.example:443/"));
        using var client = new DPoPClient(host);

        (await client.LogInAsync()).ShouldBeError(400, "invalid_dpop_proof");
        ((int)(await client.LogInAsync(client.Proof((_, claims) => claims["htu"] = "https://login.example/oauth/token?x=1#y"))).Status).Should().Be(200);
    }

    [Test]
    public async Task Replay_store_that_fails_is_an_outage_and_consumes_nothing()
    {
        await using var host = await DPoPHost.StartAsync(change: setup =>
        {
            var build = setup.Build!;
            setup.Build = rotation =>
            {
                build(rotation);
                Microsoft.Extensions.DependencyInjection.ProofOfPossessionRefreshTokenRotationBuilderExtensions.UseReplayStore<BrokenReplayStore>(rotation);
            };
        });
        using var client = new DPoPClient(host);
        var issued = await host.IssueAsync();

        (await client.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(503, "temporarily_unavailable");

        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Host_without_the_option_does_not_read_the_header()
    {
        await using var host = await TestHost.StartAsync();
        using var client = new DPoPClient(host);

        var answer = await client.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal(), "garbage");

        answer.Member("token_type").Should().Be("Bearer");
    }

    private static TestCaseData Case(string name, Action<JsonObject, JsonObject> change) => new TestCaseData(change).SetArgDisplayNames(name);

    private sealed class BrokenReplayStore : IReplayStore
    {
        public ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken) => throw new IOException("down");

        public ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken) => throw new IOException("down");
    }
}
