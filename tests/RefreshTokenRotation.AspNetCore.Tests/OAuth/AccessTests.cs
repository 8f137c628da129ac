using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>Scope, resources and lifetime of a refreshed access token.</summary>
public sealed class AccessTests
{
    [Test]
    public async Task Narrower_scope_narrows_this_access_token_alone()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.IssueAsync();

        var narrow = await host.RefreshAsync(first.RefreshToken.Reveal(), "&scope=read");
        var whole = await host.RefreshAsync(narrow.RefreshToken!);

        narrow.Member("scope").Should().Be("read");
        narrow.Member("id_token").Should().BeNull("openid was not asked for");
        whole.Member("scope").Should().Be("openid read write offline_access");
        host.Issuer.Requests.Select(request => string.Join(' ', request.Scopes)).Should().Equal("read", "openid read write offline_access");
    }

    [Test]
    public async Task Issuer_is_told_what_the_exchange_is_about_to_do()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.IssueAsync();

        await host.RefreshAsync(first.RefreshToken.Reveal());

        var request = host.Issuer.Requests.Should().ContainSingle().Subject;
        request.Subject.Should().Be("alice");
        request.ClientId.Should().Be(Clients.Public);
        request.Resources.Should().Equal(Clients.Api1);
        request.Family!.FamilyId.Should().Be(first.Family.FamilyId);
        request.Generation.Should().Be(1);
        request.Outcome.Should().Be(ExchangeOutcome.Rotated);
        request.Nonce.Should().BeNull();
    }

    [Test]
    public async Task Lifetime_is_the_issuers_own_where_no_api_names_one()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.IssueAsync(resources: string.Empty);

        var answer = await host.RefreshAsync(first.RefreshToken.Reveal());

        answer.Json.GetProperty("expires_in").GetInt64().Should().Be(300);
        host.Issuer.Requests.Single().Lifetime.Should().BeNull();
    }

    [Test]
    public async Task Answer_without_scope_has_no_scope_member()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.IssueAsync(scope: string.Empty);

        var answer = await host.RefreshAsync(first.RefreshToken.Reveal());

        answer.Member("scope").Should().BeNull();
        answer.Member("id_token").Should().BeNull();
        answer.RefreshToken.Should().NotBeNull();
    }

    [Test]
    public async Task Reusable_token_is_echoed()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Fapi));
        var first = (await host.IssueAsync()).RefreshToken.Reveal();

        (await host.RefreshAsync(first)).RefreshToken.Should().Be(first);
        (await host.RefreshAsync(first)).RefreshToken.Should().Be(first);
    }

    [TestCase("&audience=https://api2.example/", "https://api2.example/", "openid list", 600)]
    [TestCase("&resource=https://api2.example/", "https://api2.example/", "openid list", 600)]
    [TestCase("&audience=https://api2.example/&scope=list+admin+read", "https://api2.example/", "list", 600)]
    [TestCase("&resource=https://api1.example/&audience=https://api2.example/", "https://api1.example/ https://api2.example/", "openid read list", 600)]
    [TestCase("", "https://api1.example/", "openid read", 3600)]
    [TestCase("&scope=read+admin", "https://api1.example/", "read", 3600)]
    public async Task Multi_resource_policy_decides_over_resources_and_drops_other_scope(string more, string resources, string scope, long lifetime)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(
            RotationPolicy.Spa with { MultiResource = [new ResourceScopes { Resource = Clients.Api2, Scopes = ["list"] }] }));
        var first = await host.IssueAsync(scope: "openid read");

        var answer = await host.RefreshAsync(first.RefreshToken.Reveal(), more);

        ((int)answer.Status).Should().Be(200, answer.Text);
        answer.Member("scope").Should().Be(scope);
        answer.Json.GetProperty("expires_in").GetInt64().Should().Be(lifetime);
        host.Issuer.Requests.Single().Resources.Should().Equal(resources.Split(' '));
    }

    [Test]
    public async Task Multi_resource_policy_opens_no_other_resource()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(
            RotationPolicy.Strict with { MultiResource = [new ResourceScopes { Resource = Clients.Api2, Scopes = ["list"] }] }));
        var first = await host.IssueAsync(scope: "openid read");

        (await host.RefreshAsync(first.RefreshToken.Reveal(), "&audience=https://online.example/")).ShouldBeError(400, "invalid_target");

        await host.ShouldStillExchangeAsync(first.RefreshToken);
    }

    [Test]
    public async Task Two_audiences_at_once_with_one_token_get_one_successor_inside_the_leeway()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(
            RotationPolicy.Spa with { MultiResource = [new ResourceScopes { Resource = Clients.Api2, Scopes = ["list"] }] }));
        var first = (await host.IssueAsync(scope: "openid read")).RefreshToken.Reveal();

        var answers = await Task.WhenAll(host.RefreshAsync(first, "&audience=https://api1.example/"), host.RefreshAsync(first, "&audience=https://api2.example/"));

        answers.Select(answer => (int)answer.Status).Should().Equal(200, 200);
        answers.Select(answer => answer.RefreshToken).Distinct().Should().ContainSingle();
    }

    [Test]
    public async Task Device_is_what_the_connection_and_the_user_agent_say()
    {
        await using var host = await TestHost.StartAsync();
        var first = await host.IssueAsync();

        await host.TokenAsync(
            $"grant_type=refresh_token&client_id=spa&refresh_token={first.RefreshToken.Reveal()}",
            request => request.Headers.TryAddWithoutValidation("User-Agent", "Browser/1 " + new string('x', 600)));

        var family = await host.Families.FindAsync(first.Family.FamilyId);
        family!.LastDevice!.IpAddress.Should().Be("127.0.0.1");
        family.LastDevice.UserAgent.Should().StartWith("Browser/1 xxx").And.HaveLength(512);
    }
}
