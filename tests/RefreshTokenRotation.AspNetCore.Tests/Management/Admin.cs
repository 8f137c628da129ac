using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Management;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>A host with the management endpoints, and the requests of its administrators.</summary>
internal static class Admin
{
    public const string Policy = "management";
    public const string Name = "admin|1";
    public const string Prefix = "/api/v2";

    private static readonly string AllScopes = string.Join(' ', ManagementScopes.All);

    public static Task<TestHost> StartAsync(Action<TestHostSetup>? change = null) => TestHost.StartAsync(setup =>
    {
        setup.Map = static endpoints =>
        {
            endpoints.MapRefreshTokenRotation();
            endpoints.MapRefreshTokenManagement(Policy);
        };
        setup.Tenants(options => options.ResolveTenant = static context => context.Request.Headers["X-Tenant"].ToString());
        change?.Invoke(setup);
        var build = setup.Build;
        setup.Build = rotation =>
        {
            AddAuthentication(rotation);
            build?.Invoke(rotation);
        };
    });

    public static void AddAuthentication(RefreshTokenRotationBuilder rotation)
    {
        rotation.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", null);
        rotation.Services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireAuthenticatedUser().RequireClaim("aud", "management"));
    }

    /// <summary>A request by somebody who may do everything, unless the test says otherwise.</summary>
    public static Task<Answer> AdminAsync(
        this TestHost host, string method, string path, string? json = null, string? scopes = null, string tenant = "", Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Prefix + path);
        request.SignIn(scopes ?? AllScopes);
        if (tenant.Length > 0)
        {
            request.Headers.Add("X-Tenant", tenant);
            request.Headers.Remove("X-Claims");
            request.Headers.TryAddWithoutValidation("X-Claims", $"sub={Name};aud=management;org_id={tenant};scope={scopes ?? AllScopes}");
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return host.SendAsync(request, change);
    }

    public static void SignIn(this HttpRequestMessage request, string scopes, string claim = "scope", string audience = "management") =>
        request.Headers.TryAddWithoutValidation("X-Claims", $"sub={Name};aud={audience};{claim}={scopes}");

    public static Task<Answer> PatchSettingsAsync(this TestHost host, string settings, string client = Clients.Public) =>
        host.AdminAsync("PATCH", $"/clients/{client}", $$"""{"refresh_token":{{settings}}}""");

    /// <summary>The bearer token of an administrator with these permissions, for clients that can send nothing else.</summary>
    public static string BearerToken(params IEnumerable<string> scopes) => string.Join(',', scopes);

    public static string Id(this IssueResult issued) => issued.Family.FamilyId.ToString("N");

    public static void ShouldBe(this Answer answer, int status, string? message = null)
    {
        ((int)answer.Status).Should().Be(status, "the body is {0}", answer.Text);
        answer.Header("Cache-Control").Should().Be("no-store");
        if (status >= 400)
        {
            answer.Header("Content-Type").Should().Be("application/json");
            answer.Json.EnumerateObject().Select(member => member.Name).Should().Equal("statusCode", "error", "message");
            answer.Member("statusCode").Should().Be(status.ToString(CultureInfo.InvariantCulture));
            answer.Member("message").Should().NotBeEmpty();
            if (message is not null)
            {
                answer.Member("message").Should().Contain(message);
            }
        }
    }

    public static async Task<bool> IsAliveAsync(this TestHost host, IssueResult issued, string tenant = "") =>
        (await host.Families.FindAsync(issued.Family.FamilyId, tenant))!.RevokedAt is null;

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var header = Request.Headers["X-Claims"].ToString();
            if (Request.Headers.Authorization.ToString().Split("Bearer ") is [_, { } scopes])
            {
                header = $"sub={Name};aud=management;scope={scopes.Replace(',', ' ')}";
            }

            if (header.Length == 0)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var claims = header.Split(';').Select(static pair => pair.Split('=', 2)).Select(static pair => new Claim(pair[0], pair[1]));
            return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")), "test")));
        }
    }
}
