using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>The authentication handler, with the keys of its own host.</summary>
[TestFixture]
internal sealed class RotationBearerTests
{
    [Test]
    public async Task Access_token_authenticates_its_user_with_its_claims()
    {
        await using var host = await BearerApi.StartAsync();
        var tokens = await host.SignInAsync();

        var me = await host.GetAsync("/me", tokens.AccessToken);

        ((int)me.Status).Should().Be(200, me.Text);
        (me.Member("sub"), me.Member("name"), me.Member("client_id"), me.Member("aud")).Should().Be(("alice", "alice", Clients.Public, BearerApi.Issuer));
        (me.Member("roles"), me.Member("scope"), me.Member("address")).Should().Be(("editor reader", "openid offline_access", """{"country":"CH"}"""));
        (await host.GetAsync("/editors", tokens.AccessToken)).Text.Should().Be("ok");
        (await host.GetAsync("/open", tokens.AccessToken)).Text.Should().Be("True");
    }

    [Test]
    public async Task Request_without_token_or_with_too_few_rights_is_challenged()
    {
        await using var host = await BearerApi.StartAsync();
        var tokens = await host.SignInAsync();

        var without = await host.GetAsync("/me", null);
        var forbidden = await host.GetAsync("/admins", tokens.AccessToken);

        ((int)without.Status, without.Header("WWW-Authenticate"), without.Text).Should().Be((401, "Bearer, DPoP algs=\"ES256 RS256 PS256\"", ""));
        ((int)forbidden.Status, forbidden.Header("WWW-Authenticate")).Should().Be((403, "Bearer error=\"insufficient_scope\""));
        (await host.GetAsync("/open", null)).Text.Should().Be("False");
        (await host.GetAsync("/me", "dXNlcjpwYXNz", "Basic")).Header("WWW-Authenticate").Should().StartWith("Bearer, DPoP");
    }

    [Test]
    public async Task What_is_no_access_token_for_this_api_is_refused()
    {
        await using var host = await BearerApi.StartAsync();
        var tokens = await host.SignInAsync();
        var elsewhere = await host.SignInAsync($"&scope=read&resource={Clients.Api1}");
        var signature = tokens.AccessToken!.LastIndexOf('.') + 5;
        var forged = tokens.AccessToken[..signature] + (tokens.AccessToken[signature] == 'A' ? 'B' : 'A') + tokens.AccessToken[(signature + 1)..];

        foreach (var bad in new[] { "garbage", forged, tokens.Member("id_token")!, elsewhere.AccessToken!, tokens.RefreshToken! })
        {
            var answer = await host.GetAsync("/me", bad);

            ((int)answer.Status).Should().Be(401, bad);
            answer.Header("WWW-Authenticate").Should().StartWith("Bearer error=\"invalid_token\"");
            (await host.GetAsync("/open", bad)).Text.Should().Be("False");
        }
    }

    [Test]
    public async Task Audience_of_the_options_is_the_only_one()
    {
        await using var host = await BearerApi.StartAsync(configure: options => options.Audiences.Add(Clients.Api1));
        var own = await host.SignInAsync($"&scope=read&resource={Clients.Api1}");
        var other = await host.SignInAsync($"&scope=read&resource={Clients.Api2}");
        var none = await host.SignInAsync();

        ((int)(await host.GetAsync("/me", own.AccessToken)).Status).Should().Be(200);
        ((int)(await host.GetAsync("/me", other.AccessToken)).Status).Should().Be(401);
        ((int)(await host.GetAsync("/me", none.AccessToken)).Status).Should().Be(401);
    }

    [Test]
    public async Task Expired_token_is_refused()
    {
        await using var host = await BearerApi.StartAsync();
        var tokens = await host.SignInAsync();

        host.Time.Advance(TimeSpan.FromHours(1));

        ((int)(await host.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(401);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Revocation_on_this_node_is_seen_at_once_though_answers_are_cached(bool wide)
    {
        await using var host = await BearerApi.StartAsync();
        var tokens = await host.SignInAsync();
        ((int)(await host.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(200);
        var family = (await host.Families.ListAsync(TokenFamilyFilter.ForUser("alice"))).Families.Single();

        await host.Families.RevokeAsync(
            wide ? TokenFamilyFilter.ForUser("alice") : TokenFamilyFilter.ForFamily(family.FamilyId), RevocationReason.User);

        var answer = await host.GetAsync("/me", tokens.AccessToken);
        ((int)answer.Status, answer.Text).Should().Be((401, """{"error":"invalid_token"}"""));
    }

    [Test]
    public async Task Reuse_ends_the_access_tokens_of_both_holders_at_once()
    {
        await using var host = await BearerApi.StartAsync(setup => setup.Policy(RotationPolicy.Strict));
        var first = await host.SignInAsync();
        var second = await host.RefreshAsync(first.RefreshToken!);
        ((int)(await host.GetAsync("/me", second.AccessToken)).Status).Should().Be(200);

        await host.RefreshAsync(first.RefreshToken!);

        ((int)(await host.GetAsync("/me", second.AccessToken)).Status).Should().Be(401);
        ((int)(await host.GetAsync("/me", first.AccessToken)).Status).Should().Be(401);
    }

    [Test]
    public async Task Deny_list_that_is_turned_off_lets_tokens_live_until_they_expire()
    {
        await using var host = await BearerApi.StartAsync(configure: options => options.UseDenyList = false);
        var tokens = await host.SignInAsync();

        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User);

        ((int)(await host.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(200);
    }

    [Test]
    public async Task Outage_of_the_store_is_no_refusal()
    {
        await using var host = await BearerApi.StartAsync();
        var tokens = await host.SignInAsync();

        host.Store.Plan = static context => context.Call == StoreCall.List ? StoreFault.ThrowBeforeWrite : StoreFault.None;
        var answer = await host.GetAsync("/me", tokens.AccessToken);

        ((int)answer.Status, answer.Header("Retry-After"), answer.Error).Should().Be((503, "1", "temporarily_unavailable"));
    }

    [Test]
    public async Task Token_that_is_bound_to_a_key_needs_its_proof()
    {
        await using var host = await BearerApi.StartAsync();
        using var client = new DPoPClient(host);
        var tokens = await client.SendAsync(
            $"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}&scope=offline_access",
            client.Proof(static (_, claims) => claims["htu"] = BearerApi.Issuer + "oauth/token"));
        var proof = client.Key.Sign(client.Claims("/me", "GET", tokens.AccessToken), client.Header());

        ((int)(await host.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(401);
        (await host.GetAsync("/me", tokens.AccessToken, "DPoP")).Header("WWW-Authenticate").Should().StartWith("DPoP error=\"invalid_dpop_proof\"");
        ((int)(await host.GetAsync("/me", tokens.AccessToken, "DPoP", proof)).Status).Should().Be(200);
    }

    [Test]
    public async Task Token_of_another_tenant_is_refused()
    {
        var tenant = "";
        await using var host = await BearerApi.StartAsync(setup => setup.Tenants(options => options.ResolveTenant = _ => tenant));
        var tokens = await host.SignInAsync();

        tenant = "other";

        ((int)(await host.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(401);
    }

    [Test]
    public async Task Host_without_issuer_does_not_start()
    {
        var start = () => TestHost.StartAsync(setup =>
        {
            setup.UseStubIssuer = false;
            setup.Build = rotation => rotation.Services.AddAuthentication().AddRotationBearer();
            setup.Map = static _ => { };
        });

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*No IAccessTokenIssuer*RotationBearerOptions.Authority*UseJwtAccessTokens*");
    }

    [TestCase("https://id.example", "", "*Audiences is empty*")]
    [TestCase("http://id.example", "https://api.example", "*Authority ('http://id.example')*https*")]
    [TestCase("id.example", "https://api.example", "*Authority*")]
    public async Task Authority_that_is_not_right_stops_the_start(string authority, string audience, string message)
    {
        var start = () => BearerApi.StartAsync(configure: options =>
        {
            options.Authority = authority;
            if (audience.Length > 0)
            {
                options.Audiences.Add(audience);
            }
        });

        (await start.Should().ThrowAsync<Exception>()).Which.ToString().Should().Match(message);
    }
}
