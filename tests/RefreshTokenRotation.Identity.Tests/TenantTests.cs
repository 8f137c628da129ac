using System.Net;
using System.Security.Claims;
using RefreshTokenRotation.Identity.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>A host with tenants: each request is one tenant's, and so is each log-in.</summary>
[TestFixture]
internal sealed class TenantTests
{
    private const string Email = "alice@example.com";

    [Test]
    public async Task Session_is_its_tenants_alone([Values] bool checksAccessTokens)
    {
        await using var host = await StartAsync(options => options.CheckAccessTokens = checksAccessTokens);
        using var client = await LogInAsync(host, "blue");
        (await FamiliesAsync(host, "blue")).Should().ContainSingle();

        foreach (var other in (string[])["red", string.Empty])
        {
            client.Tenant = other;
            (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
            (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
            (await client.StatusAsync(HttpMethod.Get, "/manage/sessions")).Should().Be(HttpStatusCode.Unauthorized);
            (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.Unauthorized);
        }

        client.Tenant = "blue";
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        (await client.GetAsync<string[]>("/claims")).Should().ContainSingle(claim => claim == "org_id=blue");
        (await client.GetAsync<IdentitySession[]>("/manage/sessions")).Should().ContainSingle(session => session.IsCurrent);
        (await client.StatusAsync(HttpMethod.Post, "/logout")).Should().Be(HttpStatusCode.OK);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Tokens_of_the_empty_tenant_are_refused_elsewhere()
    {
        await using var host = await StartAsync(options => options.CheckAccessTokens = false);
        using var client = await LogInAsync(host, string.Empty);
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
        client.Tenant = "blue";
        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task User_who_moves_is_refused_at_the_next_refresh_before_anything_is_consumed()
    {
        await using var host = await StartAsync();
        using var client = await LogInAsync(host, "blue");
        await host.ManageAsync((users, user) => users.AddClaimAsync(user, new Claim("org_id", "blue")));
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        await host.ManageAsync((users, user) => users.ReplaceClaimAsync(user, new Claim("org_id", "blue"), new Claim("org_id", "red")));
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK, "an access token is what its user was");

        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);

        (await FamiliesAsync(host, "blue")).Should().ContainSingle().Which.Should()
            .Match<TokenFamilyInfo>(family => family.Generation == 1 && family.RevocationReason == RevocationReason.Administrator);
        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        using (var refused = await client.PostAsync("/login", new { email = Email, password = Host.Password }))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await refused.Content.ReadAsStringAsync()).Should().Contain("\"detail\":\"Failed\"");
        }

        client.Tenant = "red";
        await client.LogInAsync(Email, Host.Password);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Cookie_of_a_user_of_another_tenant_reaches_no_session()
    {
        await using var host = await StartAsync(clock: TimeProvider.System);
        using var client = await LogInAsync(host, "blue");
        await host.ManageAsync((users, user) => users.AddClaimAsync(user, new Claim("org_id", "blue")));
        client.AccessToken = string.Empty;
        await client.PostAsync("/login?useCookies=true", new { email = Email, password = Host.Password });
        (await client.GetAsync<IdentitySession[]>("/manage/sessions")).Should().ContainSingle();
        client.Tenant = "red";
        (await client.StatusAsync(HttpMethod.Get, "/manage/sessions")).Should().Be(HttpStatusCode.Forbidden);
        (await client.StatusAsync(HttpMethod.Delete, "/manage/sessions/others")).Should().Be(HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Token_from_before_is_adopted_by_the_tenant_that_its_user_names()
    {
        await using var before = await Host.StartAsync(rotates: false);
        using (await before.LogInAsync())
        {
            await before.ManageAsync((users, user) => users.AddClaimAsync(user, new Claim("org_id", "blue")));
        }

        using var client = await before.LogInAsync();
        await using var host = await StartAsync(after: before);
        using var later = host.Connect();
        (later.RefreshToken, later.Tenant) = (client.RefreshToken, "red");
        (await later.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await FamiliesAsync(host, "red")).Should().BeEmpty();
        later.Tenant = "blue";
        (await later.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        (await FamiliesAsync(host, "blue")).Should().ContainSingle();
    }

    private static Task<Host> StartAsync(Action<IdentityRotationOptions>? configure = null, TimeProvider? clock = null, Host? after = null) => Host.StartAsync(
        clock: clock,
        after: after,
        configure: options =>
        {
            options.ResolveTenant = static context => context.Request.Headers[Client.TenantHeader].ToString();
            configure?.Invoke(options);
        });

    private static async Task<Client> LogInAsync(Host host, string tenant)
    {
        var client = host.Connect();
        client.Tenant = tenant;
        using (await client.PostAsync("/register", new { email = Email, password = Host.Password }))
        {
            await client.LogInAsync(Email, Host.Password);
        }

        return client;
    }

    private static async Task<IReadOnlyList<TokenFamilyInfo>> FamiliesAsync(Host host, string tenant) =>
        (await host.Families.ListAsync(TokenFamilyFilter.ForTenant(tenant))).Families;
}
