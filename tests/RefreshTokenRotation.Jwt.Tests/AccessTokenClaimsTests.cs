using RefreshTokenRotation.Jwt.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Jwt.Tests;

[TestFixture]
internal sealed class AccessTokenClaimsTests
{
    private static readonly long Start = FakeTime.Start.ToUnixTimeSeconds();

    [Test]
    public async Task Token_of_a_small_request_says_who_what_and_how_long()
    {
        await using var issuing = new Issuing();

        var token = await issuing.AccessAsync();

        token.Header.GetProperty("typ").GetString().Should().Be("at+jwt");
        token.ClaimNames.Should().Equal("iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope");
        token["iss"].Should().Be(Issuing.Issuer);
        token["sub"].Should().Be("alice");
        token["client_id"].Should().Be("spa");
        token["scope"].Should().Be("read write");
        token.Claims.GetProperty("iat").GetInt64().Should().Be(Start);
        token.Claims.GetProperty("exp").GetInt64().Should().Be(Start + 3600);
    }

    [TestCase(new string[0], "https://issuer.example/")]
    [TestCase(new[] { "https://api.example" }, "https://api.example")]
    [TestCase(new[] { "https://a.example", "https://b.example" }, """["https://a.example","https://b.example"]""")]
    public async Task Audience_is_a_text_for_one_resource_server_and_an_array_for_several(string[] resources, string audience)
    {
        await using var issuing = new Issuing();

        var token = await issuing.AccessAsync(Request(resources: resources));

        token.Claims.GetProperty("aud").ToString().Should().Be(audience);
    }

    [Test]
    public async Task Audience_without_a_resource_server_is_the_one_of_the_options()
    {
        await using var issuing = new Issuing(options => options.DefaultAudience = "urn:everything");

        (await issuing.AccessAsync())["aud"].Should().Be("urn:everything");
    }

    [Test]
    public async Task Authentication_is_what_the_request_says_of_the_log_in()
    {
        await using var issuing = new Issuing();

        var token = await issuing.AccessAsync(Request());

        token.Claims.GetProperty("auth_time").GetInt64().Should().Be(Start - 86_400);
        token["acr"].Should().Be("urn:mfa");
        token.Claims.GetProperty("amr").ToString().Should().Be("""["pwd","otp"]""");
        token["sid"].Should().Be("session-1");
    }

    [TestCase("org_id")]
    [TestCase("tid")]
    public async Task Tenant_is_named_by_the_claim_of_the_options(string claim)
    {
        await using var issuing = new Issuing(options => options.TenantClaim = claim);

        (await issuing.AccessAsync(Request()))[claim].Should().Be("acme");
        (await issuing.AccessAsync())[claim].Should().BeNull("there is no tenant");
    }

    [TestCase(ConfirmationMethod.DPoP, "jkt", "DPoP")]
    [TestCase(ConfirmationMethod.MutualTls, "x5t#S256", "Bearer")]
    public async Task Token_bound_to_a_key_confirms_it_by_its_kind(ConfirmationMethod method, string member, string type)
    {
        await using var issuing = new Issuing(options => options.SelectConfirmation = _ => method);

        var issued = await issuing.IssueAsync(Request());

        var confirmation = new ReadToken(issued.Value).Claims.GetProperty("cnf");
        confirmation.EnumerateObject().Should().ContainSingle().Which.Name.Should().Be(member);
        confirmation.GetProperty(member).GetString().Should().Be("thumbprint-1");
        issued.TokenType.Should().Be(type);
    }

    [TestCase(SenderKeyKind.DPoP, "jkt", "DPoP")]
    [TestCase(SenderKeyKind.Certificate, "x5t#S256", "Bearer")]
    public async Task Request_says_what_its_key_is_where_the_options_do_not(SenderKeyKind kind, string member, string type)
    {
        await using var issuing = new Issuing();

        var issued = await issuing.IssueAsync(new() { Subject = "alice", ClientId = "spa", SenderKeyThumbprint = "thumbprint-1", SenderKeyKind = kind });

        new ReadToken(issued.Value).Claims.GetProperty("cnf").GetProperty(member).GetString().Should().Be("thumbprint-1");
        issued.TokenType.Should().Be(type);
    }

    [Test]
    public async Task Token_bound_to_no_key_is_a_bearer_token()
    {
        await using var issuing = new Issuing();

        (await issuing.IssueAsync()).TokenType.Should().Be("Bearer");
        (await issuing.AccessAsync()).Has("cnf").Should().BeFalse();
    }

    [Test]
    public async Task Lifetime_of_the_request_goes_before_the_one_of_the_options()
    {
        await using var issuing = new Issuing(options => options.AccessTokenLifetime = TimeSpan.FromMinutes(5));

        var asked = await issuing.IssueAsync(new AccessTokenRequest { Subject = "alice", ClientId = "spa", Lifetime = TimeSpan.FromSeconds(90) });

        asked.Lifetime.Should().Be(TimeSpan.FromSeconds(90));
        new ReadToken(asked.Value).Claims.GetProperty("exp").GetInt64().Should().Be(Start + 90);
        (await issuing.IssueAsync()).Lifetime.Should().Be(TimeSpan.FromMinutes(5));
    }

    [TestCase(0)]
    [TestCase(-5)]
    [TestCase(0.5)]
    [TestCase(2_592_001)]
    public async Task Lifetime_out_of_bounds_is_refused(double seconds)
    {
        await using var issuing = new Issuing();

        await issuing.Awaiting(it => it.IssueAsync(new AccessTokenRequest { Subject = "a", ClientId = "c", Lifetime = TimeSpan.FromSeconds(seconds) }))
            .Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    [Test]
    public async Task Token_ids_are_random_and_of_128_bits()
    {
        await using var issuing = new Issuing();

        var ids = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            ids.Add((await issuing.AccessAsync())["jti"]!);
        }

        ids.Should().HaveCount(100).And.OnlyContain(id => id.Length == 22);
    }

    [Test]
    public async Task Text_of_any_language_survives()
    {
        await using var issuing = new Issuing();
        const string Subject = "Zoë \"quoted\" \\ 日本 😀 <b>";

        var issued = await issuing.IssueAsync(new AccessTokenRequest { Subject = Subject, ClientId = "spa" });

        new ReadToken(issued.Value)["sub"].Should().Be(Subject);
        (await issuing.ValidateAsync(issued.Value))!.Subject.Should().Be(Subject);
    }

    [Test]
    public async Task Token_beyond_the_size_that_is_read_is_not_issued()
    {
        await using var issuing = new Issuing();

        await issuing.Awaiting(it => it.IssueAsync(new AccessTokenRequest { Subject = new string('a', 50_000), ClientId = "spa" }))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*65536 characters*");
    }

    private static AccessTokenRequest Request(params string[] resources) => new()
    {
        Subject = "alice",
        ClientId = "spa",
        TenantId = "acme",
        Scopes = ["read"],
        Resources = resources,
        AuthenticationTime = FakeTime.Start.AddDays(-1),
        Acr = "urn:mfa",
        Amr = ["pwd", "otp"],
        SessionId = "session-1",
        SenderKeyThumbprint = "thumbprint-1",
    };
}
