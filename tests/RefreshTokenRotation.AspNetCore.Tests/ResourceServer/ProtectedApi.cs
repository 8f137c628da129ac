using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>An API behind a host's own authentication, which knows the tokens of a <see cref="StubIssuer"/> and believes claims in a header.</summary>
internal static class ProtectedApi
{
    public const string Path = "/api";
    public const string StrictPath = "/strict";

    /// <summary>Makes claims of <c>name=value,name=value</c>: tokens as the test wants them.</summary>
    public const string ClaimsHeader = "Test-Claims";

    public static Task<TestHost> StartAsync(
        Action<ResourceServerOptions>? configure = null,
        Action<TestHostSetup>? change = null,
        Action<ResourceServerBuilder>? source = null,
        Action<WebApplication>? pipeline = null) =>
        TestHost.StartAsync(setup =>
        {
            setup.Policy(RotationPolicy.Mobile);
            change?.Invoke(setup);
            var build = setup.Build;
            setup.Build = rotation =>
            {
                build?.Invoke(rotation);
                var builder = rotation.Services.AddResourceServer(configure);
                source?.Invoke(builder);
            };
            setup.Pipeline = app =>
            {
                app.Use(AuthenticateAsync);
                (pipeline ?? (static app => app.UseAccessTokenDenyList()))(app);
            };
            setup.Map = static endpoints =>
            {
                endpoints.MapRefreshTokenRotation();
                endpoints.MapGet(Path, static () => "hello");
                endpoints.MapPost(StrictPath, static (int[] numbers) => numbers.Length).RequireActiveFamily();
            };
        });

    /// <summary>A log-in and its first refresh: the access token is <c>at-1</c> of generation 1 where it is the first of its host.</summary>
    public static async Task<(IssueResult Issued, Answer Refreshed)> LogInAsync(this TestHost host)
    {
        var issued = await host.IssueAsync();
        return (issued, await host.RefreshAsync(issued.RefreshToken.Reveal()));
    }

    public static Task<Answer> CallAsync(this TestHost host, string? accessToken, string scheme = "Bearer") =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, Path), request =>
            request.Headers.Authorization = accessToken is null ? null : new AuthenticationHeaderValue(scheme, accessToken));

    public static Task<Answer> CallWithClaimsAsync(this TestHost host, string claims) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, Path), request => request.Headers.Add(ClaimsHeader, claims));

    public static Task<Answer> CallStrictAsync(this TestHost host, string body, string? accessToken = null, string? claims = null) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Post, StrictPath) { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) }, request =>
        {
            request.Headers.Authorization = accessToken is null ? null : new AuthenticationHeaderValue("Bearer", accessToken);
            if (claims is not null)
            {
                request.Headers.Add(ClaimsHeader, claims);
            }
        });

    public static ValueTask<long> RevokeAsync(this TestHost host, IssueResult issued) =>
        host.Families.RevokeAsync(TokenFamilyFilter.ForFamily(issued.Family.FamilyId), RevocationReason.User);

    /// <summary>A revocation by another node: the store is the same, and nothing tells this one.</summary>
    public static ValueTask<long> RevokeElsewhereAsync(this TestHost host, IssueResult issued)
    {
        var now = host.Time.GetUtcNow();
        return host.Store.RevokeAsync(
            TokenFamilyFilter.ForFamily(issued.Family.FamilyId), new FamilyRevocation(now, RevocationReason.User, now, Delete: false), CancellationToken.None);
    }

    public static void ShouldBeRefused(this Answer answer, string challenge = "Bearer error=\"invalid_token\"")
    {
        ((int)answer.Status).Should().Be(401, answer.Text);
        answer.Header("WWW-Authenticate").Should().Be(challenge);
        answer.Text.Should().Be("""{"error":"invalid_token"}""");
        answer.ShouldNotBeCached();
    }

    public static void ShouldPass(this Answer answer) => answer.Text.Should().Be("hello", "the status is {0}", answer.Status);

    private static async Task AuthenticateAsync(HttpContext context, RequestDelegate next)
    {
        var token = context.Request.Headers.Authorization.ToString().Split(' ')[^1];
        List<Claim> claims = [];
        if (await context.RequestServices.GetRequiredService<IAccessTokenIssuer>().ValidateAsync(token, context.RequestAborted) is { } read)
        {
            claims.Add(new("exp", read.ExpiresAt.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
            claims.Add(new("rtr_fid", $"{read.FamilyId:N}"));
            claims.Add(new("rtr_gen", $"{read.Generation}"));
        }

        var header = context.Request.Headers[ClaimsHeader].ToString();
        claims.AddRange(header.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => new Claim(pair.Split('=')[0], pair.Split('=')[1])));
        if (claims.Count > 0)
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity(claims, "Test"));
        }

        await next(context);
    }
}
