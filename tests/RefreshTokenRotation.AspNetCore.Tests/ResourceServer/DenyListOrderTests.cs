using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>The order of middleware can't turn the deny list off.</summary>
[TestFixture]
internal sealed class DenyListOrderTests
{
    [Test]
    public async Task Deny_list_before_authentication_refuses_revoked_tokens_all_the_same()
    {
        await using var host = await StartAsync(
            options => options.DefaultScheme = "own",
            app => app.UseAccessTokenDenyList().UseAuthentication().UseAuthorization());
        var tokens = await host.SignInAsync();
        ((int)(await host.GetAsync("/me", tokens.AccessToken)).Status).Should().Be(200);

        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User);

        (await host.GetAsync("/me", tokens.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Scheme_that_authenticates_after_the_deny_list_is_an_error_and_no_answer()
    {
        await using var host = await StartAsync(static _ => { }, app => app.UseAccessTokenDenyList().UseAuthentication().UseAuthorization());
        var tokens = await host.SignInAsync();

        var answer = await host.GetAsync("/own", tokens.AccessToken);

        ((int)answer.Status).Should().Be(500);
        answer.Text.Should().NotContain("secret");
        host.Logs.Entries.Should().Contain(entry => $"{entry.Message} {entry.Exception}".Contains("add it after UseAuthentication(), and after UseAuthorization()", StringComparison.Ordinal));
        (await host.GetAsync("/open", null)).Text.Should().Be("False");
    }

    [Test]
    public async Task Scheme_that_authenticates_before_the_deny_list_is_checked()
    {
        await using var host = await StartAsync(static _ => { }, app => app.UseAuthentication().UseAuthorization().UseAccessTokenDenyList());
        var tokens = await host.SignInAsync();
        (await host.GetAsync("/own", tokens.AccessToken)).Text.Should().Be("secret");

        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User);

        (await host.GetAsync("/own", tokens.AccessToken)).ShouldBeRefused();
    }

    [Test]
    public async Task Authorization_before_authentication_is_named()
    {
        await using var host = await BearerApi.StartAsync(setup => setup.Pipeline = static app => app.UseAuthorization().UseAuthentication());
        var tokens = await host.SignInAsync();

        (await host.GetAsync("/me", tokens.AccessToken)).Status.Should().Be(System.Net.HttpStatusCode.Unauthorized);
        (await host.GetAsync("/me", "rubbish")).Status.Should().Be(System.Net.HttpStatusCode.Unauthorized);

        host.Logs.Of(347).Should().ContainSingle().Which.Message.Should().Contain("call UseAuthentication() before UseAuthorization()");
    }

    [Test]
    public async Task Right_order_names_nothing()
    {
        await using var host = await BearerApi.StartAsync(setup => setup.Pipeline = static app => app.UseAuthentication().UseAuthorization());
        var tokens = await host.SignInAsync();
        await host.Families.RevokeAsync(TokenFamilyFilter.ForUser("alice"), RevocationReason.User);

        (await host.GetAsync("/me", tokens.AccessToken)).Status.Should().Be(System.Net.HttpStatusCode.Unauthorized);
        (await host.GetAsync("/me", null)).Status.Should().Be(System.Net.HttpStatusCode.Unauthorized);

        host.Logs.Of(347).Should().BeEmpty();
    }

    /// <summary>Two schemes that do not ask the deny list themselves, so that there is no default but what the test sets.</summary>
    private static Task<TestHost> StartAsync(Action<Microsoft.AspNetCore.Authentication.AuthenticationOptions> configure, Action<WebApplication> pipeline) =>
        BearerApi.StartAsync(
            setup =>
            {
                setup.Build = rotation => rotation.Services.AddAuthentication(configure).AddRotationBearer("own", static options => options.UseDenyList = false);
                setup.Pipeline = pipeline;
                setup.Map = static endpoints =>
                {
                    endpoints.MapRefreshTokenRotation();
                    endpoints.MapGet("/own", static () => "secret").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = "own" });
                };
            },
            static options => options.UseDenyList = false);
}
