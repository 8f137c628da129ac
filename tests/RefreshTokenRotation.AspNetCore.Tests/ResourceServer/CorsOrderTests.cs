using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>A page that can't read a 401 never refreshes: CORS that comes too late is named.</summary>
[TestFixture]
internal sealed class CorsOrderTests
{
    private const string Page = "https://app.example";

    [TestCase("last")]
    [TestCase("alone")]
    public async Task Cors_after_authentication_is_named_once(string order)
    {
        await using var host = await StartAsync(app => _ = order == "last" ? app.UseAuthentication().UseAuthorization().UseCors() : app.UseCors());

        var first = await GetAsync(host, "/me");
        await GetAsync(host, "/me", "https://other.example");

        ((int)first.Status).Should().Be(401);
        first.Headers.Should().NotContainKey("Access-Control-Allow-Origin");
        await host.StopAsync();
        host.Logs.Of(326).Should().ContainSingle().Which.Message.Should()
            .Contain($"A page of {Page} got a 401").And.Contain("Call UseCors(), UseAuthentication() and UseAuthorization() in this order");
    }

    [Test]
    public async Task Cors_after_authorization_is_named_for_403()
    {
        await using var host = await StartAsync(static app => app.UseAuthentication().UseAuthorization().UseCors());
        var tokens = await host.SignInAsync();

        ((int)(await GetAsync(host, "/admins", Page, tokens.AccessToken)).Status).Should().Be(403);

        await host.StopAsync();
        host.Logs.Of(326).Should().ContainSingle().Which.Message.Should().Contain("got a 403");
    }

    [Test]
    public async Task Cors_after_the_deny_list_is_named()
    {
        await using var host = await StartAsync(static app => app.UseAuthentication().UseAccessTokenDenyList().UseCors().UseAuthorization(), useDenyList: false);
        var tokens = await host.SignInAsync();
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User);

        (await GetAsync(host, "/me", Page, tokens.AccessToken)).ShouldBeRefused();

        await host.StopAsync();
        host.Logs.Of(326).Should().ContainSingle();
    }

    [TestCase("first", Page, true)]
    [TestCase("first", "https://stranger.example", false, Description = "the host's own policy")]
    [TestCase("before routing", Page, true)]
    [TestCase("last", null, false, Description = "no page")]
    [TestCase("last", "own", false, Description = "the host's own page")]
    [TestCase("none", Page, false, Description = "no CORS at all")]
    public async Task Everything_else_names_nothing(string order, string? origin, bool mayRead)
    {
        await using var host = await StartAsync(
            app => _ = order switch
            {
                "first" => app.UseCors().UseAuthentication().UseAuthorization(),
                "before routing" => app.UseCors().UseRouting().UseAuthentication().UseAuthorization(),
                "last" => app.UseAuthentication().UseAuthorization().UseCors(),
                _ => app.UseAuthentication().UseAuthorization(),
            },
            hasCors: order != "none");

        var answer = await GetAsync(host, "/me", origin == "own" ? host.Address.GetLeftPart(UriPartial.Authority) : origin);

        ((int)answer.Status).Should().Be(401);
        answer.Headers.ContainsKey("Access-Control-Allow-Origin").Should().Be(mayRead);
        await host.StopAsync();
        host.Logs.Of(326).Should().BeEmpty();
    }

    private static Task<TestHost> StartAsync(Action<WebApplication> pipeline, bool hasCors = true, bool useDenyList = true) => BearerApi.StartAsync(
        setup =>
        {
            setup.Pipeline = pipeline;
            setup.Build = rotation =>
            {
                if (hasCors)
                {
                    rotation.Services.AddCors(static options => options.AddDefaultPolicy(static policy => policy.WithOrigins(Page, "https://other.example").AllowAnyHeader()));
                }
            };
        },
        options => options.UseDenyList = useDenyList);

    private static Task<Answer> GetAsync(TestHost host, string path, string? origin = Page, string? token = null) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), request =>
        {
            request.Headers.Authorization = token is null ? null : new("Bearer", token);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }
        });
}
