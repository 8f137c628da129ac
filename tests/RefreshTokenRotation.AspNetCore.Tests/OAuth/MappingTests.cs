using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests;

/// <summary>The endpoints take part in what the host does with its routes.</summary>
public sealed class MappingTests
{
    [Test]
    public async Task Host_without_an_issuer_does_not_start()
    {
        var start = () => TestHost.StartAsync(setup => setup.UseStubIssuer = false);

        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*IAccessTokenIssuer*UseJwtAccessTokens*");
    }

    [Test]
    public async Task Host_that_did_not_add_the_endpoints_is_told_so()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRefreshTokenRotation();
        await using var app = builder.Build();

        app.Invoking(endpoints => endpoints.MapTokenEndpoint()).Should().Throw<InvalidOperationException>().WithMessage("*AddEndpoints*");
    }

    [Test]
    public async Task Group_gives_its_prefix_and_its_conventions()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Map = static endpoints => endpoints.MapGroup("/tenants/a").MapRefreshTokenRotation());
        var issued = await host.IssueAsync();

        var answer = await host.PostAsync("/tenants/a/oauth/token", $"grant_type=refresh_token&client_id=spa&refresh_token={issued.RefreshToken.Reveal()}");

        ((int)answer.Status).Should().Be(200, answer.Text);
    }

    [Test]
    public async Task Token_endpoint_alone_can_be_mapped()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Map = static endpoints => endpoints.MapTokenEndpoint());

        (await host.RefreshAsync("x")).ShouldBeError(400, "invalid_grant");
        ((int)(await host.PostAsync("/oauth/revoke", "token=x")).Status).Should().Be(404);
    }

    [Test]
    public async Task Required_host_decides_which_requests_arrive()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Map = static endpoints => endpoints.MapTokenEndpoint().RequireHost("login.example"));

        var wrong = await host.RefreshAsync("x");
        var right = await host.TokenAsync("grant_type=refresh_token&client_id=spa&refresh_token=x", request => request.Headers.Host = "login.example");

        ((int)wrong.Status).Should().Be(404);
        right.ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Rate_limit_of_the_host_holds_and_consumes_nothing()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = static rotation => rotation.Services.AddRateLimiter(limits => limits
                .AddFixedWindowLimiter("tokens", window => (window.PermitLimit, window.Window, window.AutoReplenishment) = (1, TimeSpan.FromHours(1), false))
                .RejectionStatusCode = 429);
            setup.Pipeline = static app => app.UseRateLimiter();
            setup.Map = static endpoints => endpoints.MapTokenEndpoint().RequireRateLimiting("tokens");
        });
        var first = await host.RefreshAsync((await host.IssueAsync()).RefreshToken.Reveal());

        var second = await host.RefreshAsync(first.RefreshToken!);

        ((int)first.Status).Should().Be(200);
        ((int)second.Status).Should().Be(429);
        await host.ShouldStillExchangeAsync(first.RefreshToken!);
    }

    [Test]
    public async Task Fallback_policy_of_the_host_does_not_lock_clients_out()
    {
        await using var host = await TestHost.StartAsync(setup =>
        {
            setup.Build = static rotation =>
            {
                rotation.Services.AddAuthentication().AddCookie("session");
                rotation.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder("session").RequireAuthenticatedUser().Build());
            };
            setup.Pipeline = static app => app.UseAuthentication().UseAuthorization();
        });

        (await host.RefreshAsync("x")).ShouldBeError(400, "invalid_grant");
    }

    [Test]
    public async Task Time_limit_of_the_host_answers_and_consumes_nothing()
    {
        var gate = new Testing.StoreGate();
        await using var host = await TestHost.StartAsync(setup => setup.Pipeline = app => app.Use(async (context, next) =>
        {
            using var limit = new CancellationTokenSource();
            context.RequestAborted = limit.Token;
            var handling = next(context);
            await gate.Reached;
            await limit.CancelAsync();
            try
            {
                await handling;
            }
            catch (OperationCanceledException)
            {
                context.Response.StatusCode = 504;
            }
        }));
        var issued = await host.IssueAsync();
        host.Store.OnNext(Testing.StoreCall.Find, Testing.StoreFault.DelayBefore(gate));

        var answer = await host.RefreshAsync(issued.RefreshToken.Reveal());

        ((int)answer.Status).Should().Be(504);
        answer.Body.Should().BeEmpty();
        host.Logs.Of(301).Should().BeEmpty("the endpoint has not answered");
        await host.ShouldStillExchangeAsync(issued.RefreshToken);
    }
}
