using System.Text;
using System.Text.Json;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.AspNetCore.Tests.Revocation;

/// <summary>What a revocation ends, and what it answers (RFC 7009 section 2).</summary>
[TestFixture]
internal sealed class RevocationTests
{
    private const string Path = "/oauth/revoke";

    [TestCase("")]
    [TestCase("&token_type_hint=refresh_token")]
    [TestCase("&token_type_hint=access_token")]
    [TestCase("&token_type_hint=foo")]
    [TestCase("&token_type_hint=")]
    [TestCase("&more=1&more=2")]
    public async Task Token_ends_its_family_whatever_the_hint(string more)
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();

        var answer = await host.PostAsync(Path, $"client_id={Clients.Public}&token={issued.RefreshToken.Reveal()}{more}");

        ShouldBeDone(answer);
        (await StateAsync(host, issued)).Should().Be(FamilyState.Revoked);
        (await host.RefreshAsync(issued.RefreshToken.Reveal())).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Older_token_of_a_living_family_ends_it()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        var next = await host.RefreshAsync(issued.RefreshToken.Reveal());
        next = await host.RefreshAsync(next.RefreshToken!);

        ShouldBeDone(await host.PostAsync(Path, $"client_id={Clients.Public}&token={issued.RefreshToken.Reveal()}"));

        var family = await host.Families.FindAsync(issued.Family.FamilyId);
        (family!.RevocationReason, family.Generation).Should().Be((RevocationReason.ClientRequest, 2));
        (await host.RefreshAsync(next.RefreshToken!)).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Unknown_expired_revoked_and_foreign_tokens_are_answered_alike()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Policy(RotationPolicy.Strict));
        var (revoked, expired, foreign) = (await host.IssueAsync(), await host.IssueAsync(), await host.IssueAsync(tenant: "t2"));
        await host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(revoked.Family.FamilyId), RevocationReason.User);
        host.Time.Advance(TimeSpan.FromDays(91));
        string[] tokens =
        [
            "nonsense", "rtr_", "t%C3%B6ken%00", revoked.RefreshToken.Reveal(), expired.RefreshToken.Reveal(), foreign.RefreshToken.Reveal(),
        ];

        foreach (var token in tokens)
        {
            ShouldBeDone(await host.PostAsync(Path, $"client_id={Clients.Public}&token={token}"));
        }

        (await host.Families.FindAsync(revoked.Family.FamilyId))!.RevocationReason.Should().Be(RevocationReason.User, "the first reason stays");
        (await host.Families.FindAsync(foreign.Family.FamilyId, "t2"))!.RevokedAt.Should().BeNull();
    }

    [Test]
    public async Task Garbage_costs_no_store_call()
    {
        await using var host = await TestHost.StartAsync();

        ShouldBeDone(await host.PostAsync(Path, $"client_id={Clients.Public}&token=rtr_garbage"));

        host.Store.History.Should().BeEmpty();
    }

    [Test]
    public async Task Other_tokens_of_the_same_user_live_on()
    {
        await using var host = await TestHost.StartAsync();
        var (presented, other) = (await host.IssueAsync(), await host.IssueAsync());

        ShouldBeDone(await host.PostAsync(Path, $"client_id={Clients.Public}&token={presented.RefreshToken.Reveal()}"));

        await host.ShouldStillExchangeAsync(other.RefreshToken);
    }

    [Test]
    public async Task Host_may_let_a_revocation_end_the_grant()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.RevocationEndsGrant = true));
        var (presented, same, otherApi) = (await host.IssueAsync(), await host.IssueAsync(), await host.IssueAsync(resources: Clients.Api2));
        var otherClient = await host.IssueAsync(Clients.OtherPublic);

        ShouldBeDone(await host.PostAsync(Path, $"client_id={Clients.Public}&token={presented.RefreshToken.Reveal()}"));

        (await StateAsync(host, presented)).Should().Be(FamilyState.Revoked);
        (await StateAsync(host, same)).Should().Be(FamilyState.Revoked);
        await host.ShouldStillExchangeAsync(otherApi.RefreshToken);
        await host.ShouldStillExchangeAsync(otherClient.RefreshToken, Clients.OtherPublic);
    }

    [Test]
    public async Task Json_body_is_read_where_the_host_allows_it([Values] bool allowed)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.AllowJsonBodies = allowed));
        var issued = await host.IssueAsync();
        var body = JsonSerializer.Serialize(new { client_id = Clients.Public, token_type_hint = "refresh_token", token = issued.RefreshToken.Reveal() });

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

        if (allowed)
        {
            ShouldBeDone(answer);
            (await StateAsync(host, issued)).Should().Be(FamilyState.Revoked);
        }
        else
        {
            answer.ShouldBeError(400, "invalid_request");
            await host.ShouldStillExchangeAsync(issued.RefreshToken);
        }
    }

    [Test]
    public async Task Access_token_is_refused_where_the_host_says_so()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.RefuseAccessTokenRevocation = true));
        var issued = await host.IssueAsync();
        var refreshed = await host.RefreshAsync(issued.RefreshToken.Reveal());

        (await host.PostAsync(Path, $"client_id={Clients.Public}&token={refreshed.AccessToken}")).ShouldBeError(400, "unsupported_token_type");
        (await host.PostAsync(Path, $"client_id={Clients.Public}&token=at-unknown&token_type_hint=access_token")).Status.Should().Be(System.Net.HttpStatusCode.OK);

        await host.ShouldStillExchangeAsync(refreshed.RefreshToken!);
    }

    [Test]
    public async Task Access_token_of_another_tenant_is_answered_like_an_unknown_one()
    {
        var tenant = "t1";
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Tenants(options => options.ResolveTenant = _ => tenant);
            setup.Endpoints(options => options.RefuseAccessTokenRevocation = true);
        });
        var refreshed = await host.RefreshAsync((await host.IssueAsync(tenant: tenant)).RefreshToken.Reveal());
        var form = $"client_id={Clients.Public}&token={refreshed.AccessToken}";
        (await host.PostAsync(Path, form)).ShouldBeError(400, "unsupported_token_type");

        tenant = "t2";

        ShouldBeDone(await host.PostAsync(Path, form));
    }

    [Test]
    public async Task Store_that_is_down_is_an_outage_and_the_same_request_works_afterwards([Values(StoreCall.Find, StoreCall.Revoke)] StoreCall call)
    {
        await using var host = await TestHost.StartAsync(setup => setup.Endpoints(options => options.RetryAfter = TimeSpan.FromSeconds(7)));
        var issued = await host.IssueAsync();
        var form = $"client_id={Clients.Public}&token={issued.RefreshToken.Reveal()}";
        host.Store.OnNext(call, StoreFault.ThrowBeforeWrite);

        var answer = await host.PostAsync(Path, form);

        answer.ShouldBeError(503, "temporarily_unavailable");
        answer.Header("Retry-After").Should().Be("7");
        (await StateAsync(host, issued)).Should().Be(FamilyState.Active);
        ShouldBeDone(await host.PostAsync(Path, form));
        (await StateAsync(host, issued)).Should().Be(FamilyState.Revoked);
    }

    [Test]
    public async Task Browser_code_may_call_it()
    {
        await using var host = await TestHost.StartAsync();
        var issued = await host.IssueAsync();
        var preflight = await host.SendAsync(new HttpRequestMessage(HttpMethod.Options, Path), request =>
        {
            request.Headers.Add("Origin", Clients.Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "auth0-client,content-type");
        });
        ((int)preflight.Status).Should().Be(204);
        preflight.Header("Access-Control-Allow-Headers").Should().Contain("auth0-client").And.Subject.Should().Contain("content-type");

        var answer = await host.PostAsync(
            Path, $"client_id={Clients.Public}&token={issued.RefreshToken.Reveal()}", request => request.Headers.Add("Origin", Clients.Origin));

        ShouldBeDone(answer);
        answer.Header("Access-Control-Allow-Origin").Should().Be(Clients.Origin);
    }

    private static void ShouldBeDone(Answer answer)
    {
        ((int)answer.Status).Should().Be(200, "the body is {0}", answer.Text);
        answer.Body.Should().BeEmpty();
        answer.Header("Content-Type").Should().Be("application/json");
        answer.ShouldNotBeCached();
    }

    private static async Task<FamilyState> StateAsync(TestHost host, IssueResult issued) =>
        (await host.Families.FindAsync(issued.Family.FamilyId))!.GetState(host.Time.GetUtcNow());
}
