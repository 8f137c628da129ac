using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.Identity.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Identity.Tests;

/// <summary>Rotation and reuse detection over HTTP.</summary>
[TestFixture]
internal sealed class RefreshTests
{
    [Test]
    public async Task Refresh_rotates_one_row_of_the_hosts_own_context()
    {
        await using var host = await Host.StartAsync();
        using var client = await host.LogInAsync();
        var first = client.RefreshToken;
        first.Should().StartWith("rtr_");
        for (var generation = 1; generation <= 3; generation++)
        {
            (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
            client.RefreshToken.Should().NotBe(first);
        }

        var family = (await host.FamiliesAsync()).Should().ContainSingle().Subject;
        family.Should().BeEquivalentTo(new { ClientId = "identity", Generation = 3L });
        await using var scope = host.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TestDb>().Database;
        database.GenerateCreateScript().Should().Contain("AspNetUsers").And.Contain("RefreshTokenFamilies");
        (await database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM RefreshTokenFamilies").SingleAsync()).Should().Be(1);
    }

    [Test]
    public async Task Lost_response_is_repeated_within_leeway()
    {
        await using var host = await Host.StartAsync();
        using var client = await host.LogInAsync();
        var lost = client.RefreshToken;
        await client.RefreshAsync();
        var successor = client.RefreshToken;
        (await client.RefreshAsync(lost)).Should().Be(HttpStatusCode.OK);
        client.RefreshToken.Should().Be(successor);
    }

    [Test]
    public async Task Replay_ends_the_family_and_its_access_tokens_at_once()
    {
        await using var host = await Host.StartAsync();
        using var client = await host.LogInAsync();
        var stolen = client.RefreshToken;
        await client.RefreshAsync();
        await client.RefreshAsync();
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);

        using var thief = host.Connect();
        (await thief.RefreshAsync(stolen)).Should().Be(HttpStatusCode.Unauthorized);

        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.Unauthorized);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.RevocationReason.Should().Be(RevocationReason.ReuseDetected);
    }

    [Test]
    public async Task Access_tokens_outlive_their_family_only_where_the_host_wants_it()
    {
        await using var host = await Host.StartAsync(configure: options => options.CheckAccessTokens = false);
        using var client = await host.LogInAsync();
        await host.Families.RevokeAsync(TokenFamilyFilter.ForTenant(string.Empty));
        (await client.InfoAsync()).Should().Be(HttpStatusCode.OK);
        host.Time.Advance(TimeSpan.FromHours(1));
        (await client.InfoAsync()).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Test]
    public async Task Use_of_an_access_token_ends_the_recovery_of_the_token_before()
    {
        await using var host = await Host.StartAsync(RotationPolicy.Mobile);
        using var client = await host.LogInAsync();
        await client.RefreshAsync();
        (await host.FamiliesAsync()).Single().RecoverUntil.Should().NotBeNull();
        await client.InfoAsync();
        (await host.FamiliesAsync()).Single().RecoverUntil.Should().BeNull();
    }

    [Test]
    public async Task Claims_and_roles_are_fresh_at_each_refresh()
    {
        const string Role = $"{ClaimTypes.Role}=editor";
        await using var host = await Host.StartAsync();
        using var client = await host.LogInAsync();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>().CreateAsync(new IdentityRole("editor"));
        }

        await host.ManageAsync(async (users, user) =>
        {
            await users.AddClaimAsync(user, new Claim("tenant", "blue"));
            await users.AddToRoleAsync(user, "editor");
        });
        (await client.GetAsync<string[]>("/claims")).Should().NotContain("tenant=blue").And.NotContain(Role)
            .And.ContainSingle(claim => claim.StartsWith("rtr_fid="));
        await client.RefreshAsync();
        (await client.GetAsync<string[]>("/claims")).Should().Contain(["tenant=blue", Role, "rtr_gen=1"]);

        await host.ManageAsync(async (users, user) =>
        {
            await users.RemoveFromRoleAsync(user, "editor");
            await users.ReplaceClaimAsync(user, new Claim("tenant", "blue"), new Claim("tenant", "red"));
        });
        await client.RefreshAsync();
        (await client.GetAsync<string[]>("/claims")).Should().Contain(["tenant=red", "rtr_gen=2"]).And.NotContain(["tenant=blue", Role]);
    }

    [Test]
    public async Task Filter_that_refuses_consumes_nothing_and_groups_keep_their_prefix()
    {
        var refuses = true;
        await using var host = await Host.StartAsync(map: endpoints => endpoints.MapGroup("/auth").MapIdentityApi<TestUser>().AddEndpointFilter(async (context, next) =>
            refuses && context.HttpContext.Request.Path.Value!.EndsWith("/refresh", StringComparison.Ordinal) ? Results.StatusCode(418) : await next(context)));
        using var client = host.Connect();
        await client.PostAsync("/auth/register", new { email = "alice@example.com", password = Host.Password });
        using var login = await client.PostAsync("/auth/login", new { email = "alice@example.com", password = Host.Password });
        var token = (await login.Content.ReadAsStringAsync()).Split("\"refreshToken\":\"")[1].Split('"')[0];

        using var refused = await client.PostAsync("/auth/refresh", new { refreshToken = token });
        ((int)refused.StatusCode).Should().Be(418);
        (await host.FamiliesAsync()).Single().Generation.Should().Be(0);

        refuses = false;
        using var refreshed = await client.PostAsync("/auth/refresh", new { refreshToken = token });
        refreshed.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Filter_that_refuses_after_the_endpoint_has_run_consumes_and_ends_nothing()
    {
        var refuses = true;
        await using var host = await Host.StartAsync(map: endpoints => endpoints.MapIdentityApi<TestUser>().AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            return refuses && context.HttpContext.Request.Path == "/refresh" ? Results.StatusCode(429) : result;
        }));
        using var client = await host.LogInAsync();
        ((int)await client.RefreshAsync()).Should().Be(429);
        (await host.FamiliesAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(new { Generation = 0L, RevokedAt = (DateTimeOffset?)null });
        refuses = false;
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
    }

    [Test]
    public async Task Any_other_store_can_be_used()
    {
        await using var host = await Host.StartAsync(use: rotation => rotation.UseTokenStore<InMemoryTokenStore>());
        using var client = await host.LogInAsync();
        (await client.RefreshAsync()).Should().Be(HttpStatusCode.OK);
        host.Services.GetRequiredService<ITokenStore>().Should().BeOfType<InMemoryTokenStore>();
        await using var earlier = await Host.StartAsync(services: services => services.AddRefreshTokenRotation().UseTokenStore<InMemoryTokenStore>());
        earlier.Services.GetRequiredService<ITokenStore>().Should().BeOfType<InMemoryTokenStore>();
    }

    [Test]
    public async Task Token_of_another_client_in_the_same_store_is_left_alone()
    {
        await using var host = await Host.StartAsync();
        var issued = await host.Services.GetRequiredService<IRefreshTokenService>()
            .IssueAsync(new IssueRequest { Subject = "somebody", ClientId = "web" });
        using var client = host.Connect();
        (await client.RefreshAsync(issued.RefreshToken.Reveal())).Should().Be(HttpStatusCode.Unauthorized);
        (await host.FamiliesAsync()).Single().RevokedAt.Should().BeNull();
    }

    [Test]
    public async Task Naming_policy_of_the_host_holds_for_both_bodies()
    {
        await using var host = await Host.StartAsync(services: services => services.ConfigureHttpJsonOptions(
            options => options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower));
        using var client = host.Connect();
        await client.PostAsync("/register", new { email = "alice@example.com", password = Host.Password });
        using var login = await client.PostAsync("/login", new { email = "alice@example.com", password = Host.Password });
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refresh_token").GetString();
        using var refreshed = await client.PostAsync("/refresh", new { refresh_token = token });
        var body = await refreshed.Content.ReadFromJsonAsync<JsonElement>();
        body.GetProperty("refresh_token").GetString().Should().StartWith("rtr_").And.NotBe(token);
        body.GetProperty("expires_in").GetInt32().Should().Be(3600);
        body.GetProperty("token_type").GetString().Should().Be("Bearer");
    }

    [Test]
    public async Task Oversized_body_is_refused()
    {
        await using var host = await Host.StartAsync();
        using var client = host.Connect();
        (await client.RefreshAsync(new string('x', 70_000))).Should().Be(HttpStatusCode.Unauthorized);
    }
}
