using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.AspNetCore.Tests.ResourceServer;

/// <summary>A host whose APIs authenticate by <c>AddRotationBearer()</c>.</summary>
internal static class BearerApi
{
    public const string Issuer = "https://id.example/";

    /// <summary>A host that issues JWTs, and whose own API takes them.</summary>
    public static Task<TestHost> StartAsync(Action<TestHostSetup>? change = null, Action<RotationBearerOptions>? configure = null) =>
        TestHost.StartAsync(setup =>
        {
            setup.Policy(RotationPolicy.Spa);
            setup.UseStubIssuer = false;
            change?.Invoke(setup);
            var build = setup.Build;
            setup.Build = rotation =>
            {
                new StubGrantHandler().AddTo(rotation);
                rotation.AddDPoP().UseJwtAccessTokens(Keys).AddClaimsSource<Roles>();
                rotation.Services.AddAuthentication().AddRotationBearer(configure);
                rotation.Services.AddAuthorization();
                build?.Invoke(rotation);
            };
            setup.Map ??= static endpoints => endpoints.MapRefreshTokenRotation();
            var map = setup.Map;
            setup.Map = endpoints =>
            {
                map(endpoints);
                MapApi(endpoints);
            };
        });

    public static void Keys(JwtAccessTokenOptions options)
    {
        options.Issuer = Issuer;
        options.GenerateDevelopmentKey = true;
        options.AllowDevelopmentKeyEverywhere = true;
        options.DevelopmentKeyAlgorithm = SigningAlgorithm.ES256;
    }

    public static void MapApi(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/me", static (ClaimsPrincipal user) => new JsonObject(user.Claims
            .GroupBy(claim => claim.Type)
            .Select(claims => KeyValuePair.Create<string, JsonNode?>(claims.Key, string.Join(' ', claims.Select(claim => claim.Value))))
            .Append(new("name", user.Identity!.Name)))).RequireAuthorization();
        endpoints.MapGet("/editors", static () => "ok").RequireAuthorization(new AuthorizeAttribute { Roles = "editor" });
        endpoints.MapGet("/admins", static () => "ok").RequireAuthorization(new AuthorizeAttribute { Roles = "admin" });
        endpoints.MapGet("/open", static (HttpContext context) => $"{context.User.Identity!.IsAuthenticated}");
    }

    /// <summary>A log-in by the stub grant, and the answer with its tokens.</summary>
    public static Task<Answer> SignInAsync(this TestHost host, string more = "&scope=openid+offline_access") =>
        host.TokenAsync($"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}{more}");

    public static Task<Answer> GetAsync(this TestHost host, string path, string? token, string scheme = "Bearer", string? proof = null) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, path), request =>
        {
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue(scheme, token);
            if (proof is not null)
            {
                request.Headers.Add("DPoP", proof);
            }
        });

    private sealed class Roles : IClaimsSource
    {
        public ValueTask AddClaimsAsync(ClaimsContext context, CancellationToken cancellationToken)
        {
            context.Add("roles", ["editor", "reader"]);
            context.Add("address", new JsonObject { ["country"] = "CH" });
            return default;
        }
    }
}
