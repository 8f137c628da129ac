using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefreshTokenRotation.AspNetCore.Tests.Sessions;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Tenants;

/// <summary>A token of one tenant is refused at another, the empty one included, by the verifier of protected APIs and by the session endpoints.</summary>
public sealed class TenantDoorTests
{
    private const string Header = "X-Tenant";

    [TestCase("acme", "acme", 200)]
    [TestCase("acme", "globex", 401)]
    [TestCase("acme", "", 401)]
    [TestCase("", "acme", 401)]
    [TestCase("", "", 200)]
    public async Task Verifier_accepts_a_token_at_its_own_tenant_alone(string issuedFor, string tenant, int status)
    {
        await using var host = await DPoPHost.StartAsync(change: static setup =>
        {
            setup.Map = Map;
            setup.Tenants(ResolveByHeader);
        });
        using var client = new DPoPClient(host);
        var issued = await host.IssueAsync(tenant: issuedFor);
        var form = $"grant_type=refresh_token&client_id={Clients.Public}&refresh_token={issued.RefreshToken.Reveal()}";
        var bearer = (await host.TokenAsync(form, At(issuedFor))).AccessToken!;
        var bound = (await host.TokenAsync(
            $"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}&resource={Clients.Api1}",
            At(issuedFor) + (request => request.Headers.TryAddWithoutValidation("DPoP", client.Proof())))).AccessToken!;

        var byBearer = await CallAsync(host, tenant, "Bearer", bearer);
        var byProof = await CallAsync(host, tenant, "DPoP", bound, client.Key.Sign(client.Claims("/api", "GET", bound), client.Header()));

        ((int)byBearer.Status).Should().Be(status, byBearer.Text);
        ((int)byProof.Status).Should().Be(status, byProof.Text);
        if (status == 401)
        {
            byBearer.Text.Should().Be("""{"error":"invalid_token"}""");
            byProof.Text.Should().Be("""{"error":"invalid_token"}""");
        }
    }

    [TestCase("acme")]
    [TestCase("")]
    public async Task Session_of_one_tenant_is_nothing_at_another(string tenant)
    {
        var others = tenant.Length == 0 ? "acme" : string.Empty;
        await using var host = await SessionHost.StartAsync(change: static setup => setup.Tenants(ResolveByHeader));
        var (login, _) = await host.SendAsync("POST", "/login/alice", headers: (Header, tenant));
        await host.SendAsync("POST", "/login/alice", headers: (Header, others));
        var body = new { refreshToken = login.Text("refreshToken") };
        var bearer = login.Text("accessToken");

        ((int)(await host.SendAsync("POST", "/auth/refresh", body, headers: (Header, others))).Answer.StatusCode).Should().Be(401);
        await host.SendAsync("POST", "/auth/logout", body, headers: (Header, others));
        foreach (var (method, path) in new[] { ("GET", "/auth/sessions"), ("DELETE", "/auth/sessions/others"), ("DELETE", $"/auth/sessions/{Guid.NewGuid()}") })
        {
            ((int)(await host.SendAsync(method, path, bearer: bearer, headers: (Header, others))).Answer.StatusCode).Should().Be(403, "{0} {1}", method, path);
        }

        var (sessions, _) = await host.SendAsync("GET", "/auth/sessions", bearer: bearer, headers: (Header, tenant));
        sessions.GetArrayLength().Should().Be(1, "the other tenant's session of the same user is not listed");
        ((int)(await host.SendAsync("POST", "/auth/refresh", body, headers: (Header, tenant))).Answer.StatusCode).Should().Be(200, "nothing was consumed or ended");
    }

    private static void ResolveByHeader(TenantOptions options) => options.ResolveTenant = static context => context.Request.Headers[Header].ToString();

    private static Action<HttpRequestMessage> At(string tenant) => request => request.Headers.TryAddWithoutValidation(Header, tenant);

    private static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRefreshTokenRotation();
        endpoints.MapGet("/api", static async (HttpContext context, AccessTokenVerifier verifier) =>
            await verifier.VerifyAsync(context, context.RequestAborted) is AccessTokenVerification.Rejected rejected ? rejected : Results.Ok());
    }

    private static Task<Answer> CallAsync(TestHost host, string tenant, string scheme, string token, string? proof = null) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api"), At(tenant) + (request =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
            if (proof is not null)
            {
                request.Headers.TryAddWithoutValidation("DPoP", proof);
            }
        }));
}
