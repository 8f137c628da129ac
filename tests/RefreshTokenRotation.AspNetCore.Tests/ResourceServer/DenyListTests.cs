using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>What the deny list refuses, over HTTP, in the host that has the token store.</summary>
[TestFixture]
internal sealed class DenyListTests
{
    [Test]
    public async Task Access_token_is_refused_at_once_when_its_family_was_revoked_and_nothing_is_cached()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache);
        var (issued, refreshed) = await host.LogInAsync();
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();

        await host.RevokeAsync(issued);

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Replay_of_a_refresh_token_ends_the_access_tokens_of_both_holders()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache, setup => setup.Policy(RotationPolicy.Strict));
        var (issued, thief) = await host.LogInAsync();

        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");

        (await host.CallAsync(thief.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Access_token_of_a_deleted_family_is_refused()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache);
        var (issued, refreshed) = await host.LogInAsync();

        await host.Families.DeleteAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId));

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Access_token_of_an_expired_family_is_refused()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache, setup => setup.Policy(RotationPolicy.Strict with { AbsoluteLifetime = TimeSpan.FromMinutes(1), IdleLifetime = TimeSpan.FromSeconds(30) }));
        var (_, refreshed) = await host.LogInAsync();
        (await host.CallAsync(refreshed.AccessToken)).ShouldPass();

        host.Time.Advance(TimeSpan.FromSeconds(30));

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Other_families_of_the_user_go_on()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache);
        var (issued, _) = await host.LogInAsync();
        var (_, other) = await host.LogInAsync();

        await host.RevokeAsync(issued);

        (await host.CallAsync(other.AccessToken)).ShouldPass();
    }

    [Test]
    public async Task Family_is_looked_for_in_the_tenant_of_the_request()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache, setup => setup.Tenants(options => options.ResolveTenant = static _ => "t1"));
        var issued = await host.IssueAsync(tenant: "t1");

        (await host.CallWithClaimsAsync($"rtr_fid={issued.Family.FamilyId:N},org_id=t1")).ShouldPass();
        (await host.CallWithClaimsAsync($"rtr_fid={issued.Family.FamilyId:N},org_id=t2")).ShouldBeRefused();
        (await host.CallWithClaimsAsync($"rtr_fid={issued.Family.FamilyId:N}")).ShouldBeRefused();
        (await host.CallWithClaimsAsync("org_id=t2")).ShouldBeRefused();
    }

    [Test]
    public async Task Anonymous_requests_and_tokens_without_a_family_pass()
    {
        await using var host = await ProtectedApi.StartAsync();

        (await host.CallAsync(null)).ShouldPass();
        (await host.CallAsync("of another issuer")).ShouldPass();
        (await host.CallWithClaimsAsync("sub=alice,rtr_gen=1")).ShouldPass();
        host.Store.History.Should().BeEmpty();
    }

    [Test]
    public async Task Tokens_without_a_family_are_refused_where_the_host_says_so()
    {
        await using var host = await ProtectedApi.StartAsync(options => options.RefuseTokensWithoutFamily = true);

        (await host.CallAsync(null)).ShouldPass();
        (await host.CallWithClaimsAsync("sub=alice")).ShouldBeRefused();
    }

    [TestCase("rtr_fid=")]
    [TestCase("rtr_fid=7")]
    [TestCase("rtr_fid=0123456789abcdef0123456789abcdef0")]
    [TestCase("rtr_fid=0123456789abcdef0123456789abcdef,rtr_fid=1123456789abcdef0123456789abcdef")]
    [TestCase("rtr_fid=0123456789abcdef0123456789abcdef,org_id=a,org_id=b")]
    public async Task Claims_that_name_no_one_family_are_refused(string claims)
    {
        await using var host = await ProtectedApi.StartAsync(options => options.AllowWhenUnavailable = true);

        (await host.CallWithClaimsAsync(claims)).ShouldBeRefused();
        host.Store.History.Should().BeEmpty();
    }

    [Test]
    public async Task Challenge_names_the_scheme_that_the_client_used()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache);
        var (issued, refreshed) = await host.LogInAsync();
        await host.RevokeAsync(issued);

        (await host.CallAsync(refreshed.AccessToken, "DPoP")).ShouldBeRefused("DPoP error=\"invalid_token\"");
    }

    [Test]
    public async Task Strict_endpoint_wants_a_family_that_lives_before_it_reads_anything()
    {
        await using var host = await ProtectedApi.StartAsync();
        var (issued, refreshed) = await host.LogInAsync();

        var anonymous = await host.CallStrictAsync("not json");
        ((int)anonymous.Status).Should().Be(401);
        anonymous.Header("WWW-Authenticate").Should().Be("Bearer");
        anonymous.Header("Cache-Control").Should().Be("no-store");
        (await host.CallStrictAsync("not json", claims: "sub=alice")).ShouldBeRefused();
        (await host.CallStrictAsync("[1,2]", refreshed.AccessToken)).Text.Should().Be("2");

        await host.RevokeAsync(issued);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        (await host.CallStrictAsync("not json", refreshed.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Middleware_and_endpoint_ask_once_a_request()
    {
        await using var host = await ProtectedApi.StartAsync(NoCache);
        var (_, refreshed) = await host.LogInAsync();

        (await host.CallStrictAsync("[1]", refreshed.AccessToken)).Text.Should().Be("1");

        host.Store.History.Count(call => call.Context.Call == StoreCall.List).Should().Be(1);
    }

    [Test]
    public void Claim_names_are_those_of_the_access_tokens()
    {
        var options = new ResourceServerOptions();

        options.FamilyClaim.Should().Be(JwtClaims.FamilyId);
        options.GenerationClaim.Should().Be(JwtClaims.Generation);
        new JwtAccessTokenOptions().TenantClaim.Should().Be(JwtClaims.DefaultTenant).And.Be("org_id");
    }

    [Test]
    public async Task What_is_missing_is_said_when_the_host_is_built()
    {
        await using var nothing = WebApplication.CreateSlimBuilder().Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddResourceServer();
        await using var withoutStore = builder.Build();

        nothing.Invoking(app => app.UseAccessTokenDenyList()).Should().Throw<InvalidOperationException>().WithMessage("*AddResourceServer()*");
        nothing.Invoking(app => app.UseRecoveryConfirmation()).Should().Throw<InvalidOperationException>().WithMessage("*AddResourceServer()*");
        withoutStore.Invoking(app => app.UseAccessTokenDenyList()).Should().Throw<InvalidOperationException>().WithMessage("*AddRefreshTokenRotation()*");
        withoutStore.Invoking(app => app.UseRecoveryConfirmation()).Should().Throw<InvalidOperationException>().WithMessage("*AddRefreshTokenRotation()*");
    }

    private static void NoCache(ResourceServerOptions options) => options.CacheTime = TimeSpan.Zero;
}
