using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Proofs of a strict client that others have written, with and without nonces.</summary>
[TestFixture]
internal sealed class NpmProofTests
{
    private const string Issuer = "https://login.example/";

    [Test]
    public async Task Client_from_npm_logs_in_refreshes_and_calls_an_api([Values("ES256", "RS256", "PS256")] string algorithm, [Values] bool nonces)
    {
        await using var host = await DPoPHost.StartAsync(
            options => (options.RequireNonce, options.ResourceOrigin) = (nonces, "https://login.example"),
            setup =>
            {
                setup.Time.Set(DateTimeOffset.UtcNow); // the client goes by the machine's clock
                setup.Endpoints(options => options.Issuer = Issuer);
                setup.Map = static endpoints =>
                {
                    endpoints.MapRefreshTokenRotation();
                    endpoints.MapGet("/api", async (HttpContext context, AccessTokenVerifier verifier) => await verifier.VerifyAsync(context, context.RequestAborted) switch
                    {
                        AccessTokenVerification.Accepted accepted => Results.Text(accepted.Token.SenderKeyThumbprint),
                        var rejected => (AccessTokenVerification.Rejected)rejected,
                    });
                };
            });

        var result = await NodeScript.RunAsync("dpop.mjs", new
        {
            issuer = Issuer,
            address = host.Address,
            clientId = Clients.Public,
            algorithm,
            login = new { grant_type = StubGrantHandler.Type, scope = "offline_access", resource = Clients.Api1 },
            api = "/api",
        });

        var thumbprint = result.GetProperty("thumbprint").GetString();
        result.GetProperty("algorithms").GetRawText().Should().Be("""["ES256","RS256","PS256"]""");
        result.GetProperty("types").GetRawText().Should().Be("""["dpop","dpop"]""");
        result.GetProperty("rotated").GetBoolean().Should().BeTrue();
        result.GetProperty("refused").GetString().Should().Be("400 invalid_grant");
        result.GetProperty("api").GetString().Should().Be($"200 {thumbprint}");
        host.Issuer.Requests.Should().HaveCount(2).And.OnlyContain(request => request.SenderKeyThumbprint == thumbprint);
    }
}
