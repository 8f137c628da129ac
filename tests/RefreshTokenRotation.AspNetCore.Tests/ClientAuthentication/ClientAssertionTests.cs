using System.Text.Json.Nodes;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ClientAuthentication;

[TestFixture]
internal sealed class ClientAssertionTests
{
    private const string Client = "service";
    private const string Issuer = "https://login.example/";
    private const string TokenEndpoint = "https://login.example/oauth/token";

    private FakeTime _time = null!;
    private AssertionKey _key = null!;
    private ClientAssertionVerifier _verifier = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new FakeTime();
        _key = AssertionKey.Create("ES256");
        _verifier = new ClientAssertionVerifier(new InMemoryReplayStore(_time), _time);
    }

    [TearDown]
    public void TearDown() => _key.Dispose();

    [TestCase("RS256")]
    [TestCase("PS256")]
    [TestCase("ES256")]
    public async Task Assertion_by_a_key_of_the_client_is_accepted(string algorithm)
    {
        using var key = AssertionKey.Create(algorithm);

        (await VerifyAsync(key.Sign(Claims()), key.PublicKeySet())).Should().BeTrue();
    }

    [TestCase(Issuer)]
    [TestCase(TokenEndpoint)]
    public async Task Audience_may_be_the_issuer_or_the_token_endpoint(string audience) =>
        (await VerifyAsync(_key.Sign(Claims(("aud", audience))))).Should().BeTrue();

    [Test]
    public async Task Audience_may_be_a_list_of_our_names_alone()
    {
        (await VerifyAsync(_key.Sign(Claims(("aud", new JsonArray(Issuer, TokenEndpoint)))))).Should().BeTrue();
        (await VerifyAsync(_key.Sign(Claims(("aud", new JsonArray(Issuer, "https://other.example/")))))).Should().BeFalse();
        (await VerifyAsync(_key.Sign(Claims(("aud", new JsonArray()))))).Should().BeFalse();
    }

    [Test]
    public async Task Assertion_can_be_used_once_for_as_long_as_it_would_be_accepted()
    {
        var assertion = _key.Sign(Claims());

        (await VerifyAsync(assertion)).Should().BeTrue();
        for (var second = 0; second <= 180; second++)
        {
            (await VerifyAsync(assertion)).Should().BeFalse($"it was used {second} seconds ago");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Test]
    public async Task Id_belongs_to_tenant_and_client()
    {
        using var other = AssertionKey.Create("ES256");
        (await VerifyAsync(_key.Sign(Claims(("jti", "1"))))).Should().BeTrue();

        (await VerifyAsync(_key.Sign(Claims(("jti", "1"))), tenant: "t2")).Should().BeTrue();
        (await VerifyAsync(other.Sign(AssertionKey.Claims("other", Issuer, _time.GetUtcNow(), "1")), other.PublicKeySet(), client: "other")).Should().BeTrue();
    }

    [Test]
    public async Task Refused_assertion_uses_no_id_up()
    {
        using var stranger = AssertionKey.Create("ES256");

        (await VerifyAsync(stranger.Sign(Claims(("jti", "1"))))).Should().BeFalse();
        (await VerifyAsync(_key.Sign(Claims(("jti", "1"), ("aud", "https://other.example/"))))).Should().BeFalse();
        (await VerifyAsync(_key.Sign(Claims(("jti", "1"))))).Should().BeTrue();
    }

    [TestCase("iss", "other")]
    [TestCase("sub", "other")]
    [TestCase("aud", "https://other.example/")]
    [TestCase("aud", "https://login.example")]
    [TestCase("aud", 1)]
    [TestCase("jti", "")]
    [TestCase("jti", 7)]
    [TestCase("iss", null)]
    [TestCase("sub", null)]
    [TestCase("aud", null)]
    [TestCase("jti", null)]
    [TestCase("exp", null)]
    [TestCase("exp", "1999999999")]
    [TestCase("exp", 1e300)]
    [TestCase("exp", -1)]
    [TestCase("iat", "now")]
    [TestCase("nbf", 1e300)]
    public async Task Wrong_or_missing_member_is_refused(string name, object? value)
    {
        var claims = Claims();
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = JsonValue.Create(value);
        }

        (await VerifyAsync(_key.Sign(claims))).Should().BeFalse();
    }

    [TestCase("exp", -61, false)]
    [TestCase("exp", -60, false)]
    [TestCase("exp", -59, true)]
    [TestCase("exp", 3660, true)]
    [TestCase("exp", 3661, false)]
    [TestCase("nbf", 60, true)]
    [TestCase("nbf", 61, false)]
    [TestCase("iat", 60, true)]
    [TestCase("iat", 61, false)]
    public async Task Times_are_checked_with_a_minute_of_tolerance(string name, int secondsFromNow, bool accepted) =>
        (await VerifyAsync(_key.Sign(Claims((name, _time.GetUtcNow().AddSeconds(secondsFromNow).ToUnixTimeSeconds()))))).Should().Be(accepted);

    [Test]
    public async Task Each_failed_check_has_a_code()
    {
        using var stranger = AssertionKey.Create("ES256");
        (string Code, string Assertion)[] cases =
        [
            ("form", "x.y.z"),
            ("issuer", _key.Sign(Claims(("iss", "other")))),
            ("subject", _key.Sign(Claims(("sub", "other")))),
            ("audience", _key.Sign(Claims(("aud", "https://other.example/")))),
            ("expired", _key.Sign(Claims(("exp", 1)))),
            ("lifetime", _key.Sign(Claims(("exp", _time.GetUtcNow().AddDays(1).ToUnixTimeSeconds())))),
            ("not_yet_valid", _key.Sign(Claims(("nbf", _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds())))),
            ("jti", _key.Sign(Claims(("jti", "")))),
            ("signature", stranger.Sign(Claims())),
        ];
        foreach (var (code, assertion) in cases)
        {
            (await FailureAsync(assertion)).Should().Be(code);
        }

        (await FailureAsync(_key.Sign(Claims(("jti", "1"))))).Should().BeNull();
        (await FailureAsync(_key.Sign(Claims(("jti", "1"))))).Should().Be("replay");
    }

    [Test]
    public async Task Audience_can_be_the_issuer_alone_as_one_string()
    {
        (await FailureAsync(_key.Sign(Claims()), issuerAlone: true)).Should().BeNull();
        (await FailureAsync(_key.Sign(Claims(("aud", TokenEndpoint))), issuerAlone: true)).Should().Be("audience");
        (await FailureAsync(_key.Sign(Claims(("aud", new JsonArray(Issuer)))), issuerAlone: true)).Should().Be("audience");
    }

    [TestCase("none")]
    [TestCase("HS256")]
    [TestCase("ES384")]
    [TestCase("RS256")]
    [TestCase("es256")]
    public async Task Algorithm_must_be_known_and_fit_the_key(string algorithm)
    {
        var header = _key.Header();
        header["alg"] = algorithm;

        (await VerifyAsync(_key.Sign(Claims(), header))).Should().BeFalse();
    }

    [TestCase("typ", "at+jwt", false)]
    [TestCase("typ", "dpop+jwt", false)]
    [TestCase("typ", "client-authentication+jwt", true)]
    [TestCase("typ", "application/jwt", true)]
    [TestCase("crit", "b64", false)]
    [TestCase("kid", "k2", false)]
    public async Task Header_is_checked(string name, string value, bool accepted)
    {
        var header = _key.Header();
        header[name] = value;

        (await VerifyAsync(_key.Sign(Claims(), header))).Should().Be(accepted);
    }

    private JsonObject Claims(params (string Name, JsonNode Value)[] changes)
    {
        var claims = AssertionKey.Claims(Client, Issuer, _time.GetUtcNow());
        foreach (var (name, value) in changes)
        {
            claims[name] = value;
        }

        return claims;
    }

    private async Task<bool> VerifyAsync(string assertion, string? keys = null, string tenant = "", string client = Client) =>
        await FailureAsync(assertion, keys, tenant, client) is null;

    private async Task<string?> FailureAsync(string assertion, string? keys = null, string tenant = "", string client = Client, bool issuerAlone = false) =>
        await _verifier.FindFailureAsync(
            assertion,
            new OAuthClient { ClientId = client, JsonWebKeySet = keys ?? _key.PublicKeySet() },
            tenant,
            new ExpectedAssertion(issuerAlone ? [Issuer] : [Issuer, TokenEndpoint], TimeSpan.FromHours(1), issuerAlone),
            CancellationToken.None);
}
