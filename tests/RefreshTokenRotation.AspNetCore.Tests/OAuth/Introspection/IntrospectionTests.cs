using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.Introspection;

/// <summary>What an introspection says of whom, and to whom (RFC 7662).</summary>
[TestFixture]
internal sealed class IntrospectionTests
{
    private const string Path = "/oauth/introspect";
    private const string Inactive = """{"active":false}""";

    private TestHost _host = null!;
    private string? _tenant;

    [SetUp]
    public async Task SetUpAsync()
    {
        _tenant = null;
        _host = await TestHost.StartAsync(setup =>
        {
            setup.Tenants(options => options.ResolveTenant = _ => _tenant ?? string.Empty);
            setup.Endpoints(AddApi);
        });

        static void AddApi(RefreshTokenEndpointOptions options)
        {
            options.Issuer = "https://login.example/";
            options.Clients.Add(new OAuthClient { ClientId = "api", AllowIntrospection = true, IntrospectsAllTokens = true, AuthenticationMethod = ClientAuthenticationMethod.ClientSecret, SecretHashes = [ClientSecret.Hash("s")] });
        }
    }

    [TearDown]
    public async Task TearDownAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Current_refresh_token_is_active_with_all_that_is_known()
    {
        var issued = await _host.Tokens.IssueAsync(new IssueRequest
        {
            Subject = "alice",
            ClientId = Clients.Public,
            Scopes = ["openid", "read"],
            Resources = [Clients.Api1],
            SessionId = "s1",
            AuthenticationTime = _host.Time.GetUtcNow().AddMinutes(-1),
            Acr = "urn:mfa",
            Amr = ["pwd", "otp"],
        });
        var now = _host.Time.GetUtcNow().ToUnixTimeSeconds();

        var answer = await AskAsync(issued.RefreshToken);

        ((int)answer.Status).Should().Be(200);
        answer.ShouldNotBeCached();
        answer.Header("Content-Type").Should().Be("application/json");
        answer.Text.Should().Be(
            $$"""{"active":true,"token_type":"refresh_token","scope":"openid read","client_id":"spa","sub":"alice","aud":"{{Clients.Api1}}","iss":"https://login.example/","exp":{{now + (15 * 86400)}},"iat":{{now}},"jti":"{{issued.Family.FamilyId:N}}.0","sid":"s1","auth_time":{{now - 60}},"acr":"urn:mfa","amr":["pwd","otp"]}""");
        await _host.ShouldStillExchangeAsync(issued.RefreshToken);
    }

    [Test]
    public async Task Older_token_is_inactive_and_revokes_nothing()
    {
        var issued = await _host.IssueAsync();
        var second = await _host.RefreshAsync(issued.RefreshToken.Reveal());
        var third = await _host.RefreshAsync(second.RefreshToken!);

        (await AskAsync(issued.RefreshToken)).Text.Should().Be(Inactive);
        (await AskAsync(second.RefreshToken!)).Text.Should().Be(Inactive);

        var current = await AskAsync(third.RefreshToken!);
        current.Member("active").Should().Be("True");
        current.Member("jti").Should().Be($"{issued.Family.FamilyId:N}.2");
        await _host.ShouldStillExchangeAsync(third.RefreshToken!);
    }

    [Test]
    public async Task Inactive_has_one_answer_whatever_the_cause()
    {
        var (revoked, expired, foreign) = (await _host.IssueAsync(), await _host.IssueAsync(), await _host.IssueAsync(tenant: "t2"));
        await _host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(revoked.Family.FamilyId));
        _host.Time.Advance(TimeSpan.FromDays(91));

        foreach (var token in new RefreshToken[] { "nonsense", "rtr_garbage", revoked.RefreshToken, expired.RefreshToken, foreign.RefreshToken })
        {
            var answer = await AskAsync(token);
            ((int)answer.Status, answer.Text).Should().Be((200, Inactive));
            answer.ShouldNotBeCached();
        }
    }

    [Test]
    public async Task Tenants_are_separated()
    {
        var issued = await _host.IssueAsync(tenant: "t2");

        (await AskAsync(issued.RefreshToken)).Text.Should().Be(Inactive);
        _tenant = "t2";
        (await AskAsync(issued.RefreshToken)).Member("active").Should().Be("True");
    }

    [Test]
    public async Task Caller_that_may_not_ask_learns_nothing()
    {
        var issued = await _host.IssueAsync();
        var before = _host.Store.History.Count;

        (await _host.PostAsync(Path, $"token={issued.RefreshToken.Reveal()}", request => request.Basic(Clients.OtherConfidential, "another secret"))).Text.Should().Be(Inactive);
        (await _host.PostAsync(Path, $"client_id={Clients.Public}&token={issued.RefreshToken.Reveal()}")).Text.Should().Be(Inactive);

        _host.Store.History.Should().HaveCount(before, "nothing is looked up");
    }

    [TestCase("")]
    [TestCase("client_id=unknown&")]
    [TestCase("client_id=api&")]
    [TestCase("client_id=api&client_secret=wrong&")]
    public async Task Caller_must_authenticate(string who)
    {
        var issued = await _host.IssueAsync();

        (await _host.PostAsync(Path, $"{who}token={issued.RefreshToken.Reveal()}")).ShouldBeError(400, "invalid_client");
    }

    [Test]
    public async Task Caller_may_authenticate_in_the_body_too()
    {
        var issued = await _host.IssueAsync();

        (await _host.PostAsync(Path, $"client_id=api&client_secret=s&token={issued.RefreshToken.Reveal()}")).Member("active").Should().Be("True");
    }

    [TestCase("")]
    [TestCase("token=")]
    [TestCase("token=a&token=b")]
    public async Task Token_is_needed_once(string form) =>
        (await _host.PostAsync(Path, form, request => request.Basic("api", "s"))).ShouldBeError(400, "invalid_request");

    [Test]
    public async Task Get_is_not_allowed_and_scripts_of_other_origins_are_not_admitted()
    {
        (await _host.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{Path}?token=a"))).ShouldBeError(405, "invalid_request");
        var preflight = await _host.SendAsync(new HttpRequestMessage(HttpMethod.Options, Path), request =>
        {
            request.Headers.Add("Origin", Clients.Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
        });

        preflight.ShouldBeError(405, "invalid_request");
        preflight.Header("Access-Control-Allow-Origin").Should().BeNull();
    }

    [Test]
    public async Task Store_that_is_down_is_an_outage_and_not_an_inactive_token([Values(StoreCall.Find, StoreCall.List)] StoreCall call)
    {
        var issued = await _host.IssueAsync();
        var token = call == StoreCall.Find ? issued.RefreshToken.Reveal() : (await _host.RefreshAsync(issued.RefreshToken.Reveal())).AccessToken!;
        _host.Store.OnNext(call, StoreFault.ThrowBeforeWrite);

        var answer = await AskAsync(token);

        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Header("Retry-After").Should().Be("1");
        (await AskAsync(token)).Member("active").Should().Be("True");
    }

    private Task<Answer> AskAsync(RefreshToken token) =>
        _host.PostAsync(Path, $"token={token.Reveal()}&token_type_hint=refresh_token", request => request.Basic("api", "s"));
}
