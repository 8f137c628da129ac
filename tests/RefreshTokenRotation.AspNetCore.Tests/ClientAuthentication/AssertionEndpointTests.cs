using System.Buffers.Text;
using System.Text;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Tests.ClientAuthentication;

/// <summary>Clients that authenticate by <c>private_key_jwt</c>, at each endpoint.</summary>
[TestFixture]
internal sealed class AssertionEndpointTests
{
    private const string Client = "signer";
    private const string Issuer = "https://login.example/";

    private AssertionKey _key = null!;
    private TestHost _host = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _key = AssertionKey.Create("ES256");
        _host = await StartAsync(_key);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _host.DisposeAsync();
        _key.Dispose();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Assertion_authenticates_with_and_without_client_id(bool named)
    {
        var issued = await _host.IssueAsync(Client);

        var answer = await RefreshAsync(issued.RefreshToken, Assertion(), named ? $"&client_id={Client}" : "");

        ((int)answer.Status).Should().Be(200, "the body is {0}", answer.Text);
        answer.RefreshToken.Should().NotBeNullOrEmpty();
    }

    [Test]
    public async Task Assertion_works_once_at_one_endpoint()
    {
        var issued = await _host.IssueAsync(Client);
        var assertion = Assertion();
        var refreshed = await RefreshAsync(issued.RefreshToken, assertion);

        (await RefreshAsync(refreshed.RefreshToken!, assertion)).ShouldBeError(400, "invalid_client");
        (await _host.PostAsync("/oauth/revoke", $"token={refreshed.RefreshToken}{Credentials(assertion)}")).ShouldBeError(400, "invalid_client");
        (await _host.PostAsync("/oauth/introspect", $"token={refreshed.RefreshToken}{Credentials(assertion)}")).ShouldBeError(400, "invalid_client");

        await _host.ShouldStillExchangeAsync(refreshed.RefreshToken!, Client);
    }

    [Test]
    public async Task Revocation_and_introspection_take_assertions_too()
    {
        var issued = await _host.IssueAsync(Client);

        var told = await _host.PostAsync("/oauth/introspect", $"token={issued.RefreshToken.Reveal()}{Credentials(Assertion("https://login.example/oauth/token"))}");
        told.Member("active").Should().Be("True");
        var revoked = await _host.PostAsync("/oauth/revoke", $"token={issued.RefreshToken.Reveal()}{Credentials(Assertion())}");
        ((int)revoked.Status).Should().Be(200);

        (await _host.Families.FindAsync(issued.Family.FamilyId))!.RevokedAt.Should().NotBeNull();
    }

    [TestCase("signer", "https://other.example/", "")]
    [TestCase("signer", Issuer, "&client_secret=s")]
    [TestCase("signer", Issuer, "&client_id=spa")]
    [TestCase("unknown", Issuer, "")]
    [TestCase("spa", Issuer, "")]
    [TestCase("web", Issuer, "")]
    public async Task Wrong_audience_client_or_company_is_refused_and_consumes_nothing(string client, string audience, string more)
    {
        var issued = await _host.IssueAsync(Client);
        var assertion = _key.Sign(AssertionKey.Claims(client, audience, _host.Time.GetUtcNow()));

        var answer = await RefreshAsync(issued.RefreshToken, assertion, more);

        answer.ShouldBeError(400, more.Contains("secret") ? "invalid_request" : "invalid_client");
        await _host.ShouldStillExchangeAsync(issued.RefreshToken, Client);
    }

    [Test]
    public async Task Key_of_somebody_else_is_refused()
    {
        using var stranger = AssertionKey.Create("ES256");
        var issued = await _host.IssueAsync(Client);

        (await RefreshAsync(issued.RefreshToken, stranger.Sign(AssertionKey.Claims(Client, Issuer, _host.Time.GetUtcNow())))).ShouldBeError(400, "invalid_client");

        await _host.ShouldStillExchangeAsync(issued.RefreshToken, Client);
    }

    [Test]
    public async Task Assertion_in_the_address_authenticates_nobody()
    {
        var issued = await _host.IssueAsync(Client);

        var answer = await _host.PostAsync(
            $"/oauth/token?{Credentials(Assertion())[1..]}", $"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}&client_id={Client}");

        answer.ShouldBeError(400, "invalid_client");
        await _host.ShouldStillExchangeAsync(issued.RefreshToken, Client);
    }

    [TestCase("""{"sub":"\ud800"}""")]
    [TestCase("""{"s\ud800":"x"}""")]
    [TestCase("""{"sub":"signer","iss":"signer","aud":["\ud800"]}""")]
    [TestCase("""{"sub":"signer","iss":"signer","aud":{"\udc00":1}}""")]
    [TestCase("{\"sub\":\"\u00FF\"}")]
    public async Task Assertion_that_is_no_unicode_is_refused_like_every_other(string claims)
    {
        var payload = Base64Url.EncodeToString(Encoding.Latin1.GetBytes(claims));
        var assertion = $"{AssertionKey.Encode("""{"alg":"ES256"}""")}.{payload}.AAAA";

        (await _host.TokenAsync($"grant_type=refresh_token&refresh_token=x{Credentials(assertion)}")).ShouldBeError(400, "invalid_client");
        (await _host.TokenAsync($"grant_type=refresh_token&refresh_token=x&client_id={Client}{Credentials(assertion)}")).ShouldBeError(400, "invalid_client");

        _host.Logs.Of(301).Should().BeEmpty();
    }

    [TestCase("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "invalid_client")]
    [TestCase("", "invalid_request")]
    public async Task Type_must_be_that_of_a_jwt(string type, string error)
    {
        var issued = await _host.IssueAsync(Client);

        (await _host.TokenAsync($"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}&client_assertion_type={type}&client_assertion={Assertion()}"))
            .ShouldBeError(400, error);
    }

    [Test]
    public async Task Client_that_signs_needs_no_secret_and_can_not_use_one()
    {
        var issued = await _host.IssueAsync(Client);

        (await _host.RefreshAsync(issued.RefreshToken.Reveal(), client: Client)).ShouldBeError(400, "invalid_client");
        (await _host.RefreshAsync(issued.RefreshToken.Reveal(), "&client_secret=any", Client)).ShouldBeError(400, "invalid_client");
    }

    [Test]
    public async Task Replay_store_that_fails_is_an_outage_and_consumes_nothing()
    {
        await using var host = await StartAsync(_key, builder => Microsoft.Extensions.DependencyInjection.ProofOfPossessionRefreshTokenRotationBuilderExtensions.UseReplayStore<BrokenReplayStore>(builder));
        var issued = await host.IssueAsync(Client);

        var answer = await host.TokenAsync($"grant_type=refresh_token&refresh_token={issued.RefreshToken.Reveal()}{Credentials(Assertion())}");

        answer.ShouldBeError(503, "temporarily_unavailable");
        await host.ShouldStillExchangeAsync(issued.RefreshToken, Client);
    }

    private static Task<TestHost> StartAsync(AssertionKey key, Action<RefreshTokenRotationBuilder>? build = null) => TestHost.StartAsync(setup =>
    {
        setup.Build = build;
        setup.Endpoints(options =>
        {
            options.Issuer = Issuer;
            options.Clients.Add(new OAuthClient
            {
                ClientId = Client,
                AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
                JsonWebKeySet = key.PublicKeySet(),
                AllowIntrospection = true,
                IntrospectsAllTokens = true,
            });
        });
    });

    private static string Credentials(string assertion) =>
        $"&client_assertion_type={Uri.EscapeDataString(ClientAssertionVerifier.AssertionType)}&client_assertion={assertion}";

    private string Assertion(string audience = Issuer) => _key.Sign(AssertionKey.Claims(Client, audience, _host.Time.GetUtcNow()));

    private Task<Answer> RefreshAsync(RefreshToken token, string assertion, string more = "") =>
        _host.TokenAsync($"grant_type=refresh_token&refresh_token={token.Reveal()}{Credentials(assertion)}{more}");

    private sealed class BrokenReplayStore : IReplayStore
    {
        public ValueTask<bool> ContainsAsync(ReplayKey key, CancellationToken cancellationToken) => throw new IOException("down");

        public ValueTask<bool> TryAddAsync(ReplayKey key, DateTimeOffset expiresAt, CancellationToken cancellationToken) => throw new IOException("down");
    }
}
