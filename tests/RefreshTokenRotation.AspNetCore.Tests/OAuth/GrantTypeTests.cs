using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Grants of the host: who reaches them, and what is issued.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GrantTypeTests
{
    private const string Form = "grant_type=urn%3Aexample%3Astub&client_id=spa";

    private readonly StubGrantHandler _grant = new();

    [TestCase("&scope=openid+read+offline_access&audience=https://api1.example/", true, "openid read offline_access", TestName = "Scope_and_api_allow_a_refresh_token")]
    [TestCase("&scope=openid+read+offline_access", true, "openid read offline_access", TestName = "No_api_forbids_a_refresh_token")]
    [TestCase("&scope=openid+read&audience=https://api1.example/", false, "openid read", TestName = "Scope_without_offline_access_gives_no_refresh_token")]
    [TestCase("&scope=read+offline_access&audience=https://online.example/", false, "read", TestName = "Api_that_forbids_it_gives_no_refresh_token")]
    [TestCase("&scope=read+offline_access&resource=https://online.example/&resource=https://api1.example/", false, "read", TestName = "One_of_two_apis_that_forbids_it_gives_no_refresh_token")]
    [TestCase("&scope=offline_access&audience=https://online.example/", false, null, TestName = "Scope_that_is_left_empty_is_not_answered")]
    public async Task Refresh_token_needs_scope_and_api(string more, bool expected, string? scope)
    {
        await using var host = await StartAsync();

        var answer = await host.TokenAsync(Form + more);

        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.ShouldNotBeCached();
        (answer.RefreshToken is not null).Should().Be(expected);
        answer.Member("scope").Should().Be(scope);
        string.Join(' ', host.Issuer.Requests.Single().Scopes).Should().Be(scope ?? string.Empty);
        if (expected)
        {
            (await host.RefreshAsync(answer.RefreshToken!)).Member("scope").Should().Be(scope);
        }
    }

    [Test]
    public async Task Client_that_may_not_refresh_gets_no_refresh_token()
    {
        await using var host = await StartAsync();

        var answer = await host.TokenAsync("grant_type=urn:example:stub&client_id=no-refresh&scope=read+offline_access&audience=https://api1.example/");

        answer.Json.EnumerateObject().Select(member => member.Name).Should().Equal("access_token", "token_type", "expires_in", "scope");
        answer.Member("scope").Should().Be("read");
        host.Store.History.Should().BeEmpty();
    }

    [TestCase("offline_access")]
    [TestCase("")]
    public async Task Everything_the_grant_said_reaches_family_and_issuer(string scope)
    {
        var loggedIn = FakeTime.Start.AddMinutes(-1);
        _grant.Decide = context => new GrantTypeResult.Granted
        {
            Subject = "bob",
            Scopes = [.. context.Scopes, "openid"],
            Resources = [Clients.Api1, Clients.Api2],
            AuthorizationId = "authorization-1",
            SessionId = "session-1",
            AuthenticationTime = loggedIn,
            Acr = "high",
            Amr = ["pwd", "otp"],
            Nonce = "n-1",
            DeviceName = "Bob's phone",
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
        };
        await using var host = await StartAsync();

        var answer = await host.TokenAsync($"{Form}&scope={scope}");

        answer.Json.GetProperty("expires_in").GetInt64().Should().Be(600, "of two lifetimes the shorter holds");
        answer.Member("id_token").Should().Be("idt-1");
        var request = host.Issuer.Requests.Single();
        request.Should().BeEquivalentTo(new
        {
            Subject = "bob",
            ClientId = Clients.Public,
            Resources = new[] { Clients.Api1, Clients.Api2 },
            SessionId = "session-1",
            AuthenticationTime = (DateTimeOffset?)loggedIn,
            Acr = "high",
            Amr = new[] { "pwd", "otp" },
            Nonce = "n-1",
        });
        if (scope.Length == 0)
        {
            request.Family.Should().BeNull();
            return;
        }

        var family = (await host.Families.FindAsync(request.Family!.FamilyId))!;
        family.AuthorizationId.Should().Be("authorization-1");
        family.FirstDevice!.Name.Should().Be("Bob's phone");
        family.FirstDevice.IpAddress.Should().Be("127.0.0.1");
        family.Metadata.Should().Contain("k", "v");
        request.Generation.Should().Be(0);
    }

    [Test]
    public async Task Grant_gets_the_request_as_it_was_parsed()
    {
        await using var host = await StartAsync(setup => setup.Tenants(options => options.ResolveTenant = _ => "t1"));

        await host.TokenAsync(Form + "&scope=b++a&resource=https://api2.example/&audience=https://api1.example/&code=c&x=1&x=2");

        var context = _grant.Requests.Should().ContainSingle().Subject;
        context.Client.ClientId.Should().Be(Clients.Public);
        context.TenantId.Should().Be("t1");
        context.Scopes.Should().Equal("b", "a");
        context.Resources.Should().Equal(Clients.Api2, Clients.Api1);
        context.Parameters["code"].Should().Be("c");
        context.Parameters["x"].Should().BeNull();
        context.Parameters.All("x").Should().Equal("1", "2");
        context.Parameters.Count("x").Should().Be(2);
    }

    [Test]
    public async Task Default_audience_stands_in_where_the_request_names_none()
    {
        await using var host = await StartAsync(setup => setup.Endpoints(options =>
            options.Clients.Add(new OAuthClient { ClientId = "with-default", GrantTypes = [StubGrantHandler.Type], DefaultAudience = Clients.Api2 })));

        var answer = await host.TokenAsync("grant_type=urn:example:stub&client_id=with-default");

        answer.Json.GetProperty("expires_in").GetInt64().Should().Be(600);
        _grant.Requests.Single().Resources.Should().Equal(Clients.Api2);
    }

    [TestCase("&audience=https://unknown.example/", "invalid_target")]
    [TestCase("&resource=https://api1.example/&resource=https://unknown.example/", "invalid_target")]
    [TestCase("&resource=relative", "invalid_target")]
    [TestCase("&scope=%22", "invalid_scope")]
    [TestCase("&code=a&code=a", "invalid_request")]
    public async Task Bad_request_never_reaches_the_grant(string more, string error)
    {
        await using var host = await StartAsync();

        (await host.TokenAsync(Form + more)).ShouldBeError(400, error);

        _grant.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task Client_that_may_not_use_the_grant_never_reaches_it()
    {
        await using var host = await StartAsync();

        (await host.TokenAsync("grant_type=urn:example:stub&client_id=other-spa")).ShouldBeError(400, "unauthorized_client");
        (await host.TokenAsync("grant_type=urn:example:stub&client_id=web")).ShouldBeError(400, "invalid_client");

        _grant.Requests.Should().BeEmpty();
    }

    [TestCase("offline_access")]
    [TestCase("")]
    public async Task Granted_api_that_is_unknown_is_an_invalid_target_and_nothing_is_redeemed(string scope)
    {
        var redeemed = 0;
        _grant.Decide = context => new GrantTypeResult.Granted
        {
            Subject = "alice",
            Scopes = context.Scopes,
            Resources = ["https://unknown.example/"],
            RedeemAsync = _ => new(++redeemed == 1),
        };
        await using var host = await StartAsync();

        (await host.TokenAsync($"{Form}&scope={scope}")).ShouldBeError(400, "invalid_target");

        redeemed.Should().Be(0);
        host.Store.History.Should().BeEmpty();
    }

    [TestCase("authorization_pending", "The user has not decided.", 400)]
    [TestCase("access_denied", null, 403)]
    [TestCase("invalid_grant", "A \"quoted\" text with a \\ and an ü.", 400)]
    public async Task Rejection_is_answered_as_the_grant_says(string error, string? description, int status)
    {
        _grant.Decide = _ => new GrantTypeResult.Rejected(error, description, status);
        await using var host = await StartAsync();

        var answer = await host.TokenAsync(Form);

        answer.ShouldBeError(status, error);
        answer.Member("error_description").Should().Be(description?.Replace('"', '?').Replace('\\', '?').Replace('ü', '?'));
    }

    [Test]
    public async Task Grant_that_throws_is_an_outage()
    {
        _grant.Decide = _ => throw new TimeoutException("the database of codes");
        await using var host = await StartAsync();

        var answer = await host.TokenAsync(Form);

        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Text.Should().NotContain("database");
    }

    [TestCase(new[] { "a", "a" }, "*StubGrantHandler and StubGrantHandler*'a'*")]
    [TestCase(new[] { "refresh_token" }, "*StubGrantHandler*'refresh_token'*endpoint's own*")]
    [TestCase(new[] { "" }, "*StubGrantHandler has no grant type*")]
    public async Task Grants_that_clash_stop_the_start(string[] types, string message)
    {
        var start = () => TestHost.StartAsync(setup => setup.Build = rotation =>
        {
            foreach (var type in types)
            {
                rotation.Services.AddSingleton<IGrantTypeHandler>(new StubGrantHandler { GrantType = type });
            }
        });

        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage(message);
    }

    private Task<TestHost> StartAsync(Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Build = _grant.AddTo;
        change?.Invoke(setup);
    });
}
