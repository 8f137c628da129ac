using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.AspNetCore.Tests.Support;
using RefreshTokenRotation.Jwt;

namespace RefreshTokenRotation.AspNetCore.Tests.Discovery;

/// <summary>A server whose proxy strips a path: clients see <c>/auth</c>, and the host does not.</summary>
public sealed class PublicPathTests
{
    private const string Public = "https://login.example/auth";

    [Test]
    public async Task Metadata_and_proofs_go_by_the_public_path([Values] bool byHeader)
    {
        await using var host = await DPoPHost.StartAsync(change: setup =>
        {
            setup.Endpoints(static options => options.Issuer = Public);
            setup.Pipeline = byHeader
                ? static app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedPrefix })
                : static app => app.Use(static (context, next) =>
                {
                    context.Request.PathBase = "/auth";
                    return next(context);
                });
        });
        using var client = new DPoPClient(host);

        var metadata = await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"), Forward);
        var login = await LogInAsync(Public + "/oauth/token");
        var inner = await LogInAsync("https://login.example/oauth/token");

        metadata.Member("issuer").Should().Be(Public);
        metadata.Member("token_endpoint").Should().Be(Public + "/oauth/token");
        metadata.Member("revocation_endpoint").Should().Be(Public + "/oauth/revoke");
        ((int)login.Status).Should().Be(200, login.Text);
        inner.ShouldBeError(400, "invalid_dpop_proof");

        Task<Answer> LogInAsync(string address) => host.TokenAsync($"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}", request =>
        {
            Forward(request);
            request.Headers.Add("DPoP", client.Proof((_, claims) => claims["htu"] = address));
        });

        static void Forward(HttpRequestMessage request) => request.Headers.Add("X-Forwarded-Prefix", "/auth");
    }

    [TestCase("http://+:8080/")]
    [TestCase("http://*:8080")]
    [TestCase("http://0.0.0.0:8080/")]
    [TestCase("http://[::]:8080/")]
    public async Task Address_to_listen_at_is_no_issuer_and_the_message_says_what_to_do(string address)
    {
        await FluentActions.Awaiting(() => TestHost.StartAsync(setup => setup.Endpoints(options => options.Issuer = address)))
            .Should().ThrowAsync<Exception>().WithMessage($"*Issuer ('{address}')*name the issuer*");
        await FluentActions.Awaiting(() => TestHost.StartAsync(setup =>
        {
            setup.UseStubIssuer = false;
            setup.Build = rotation => rotation.UseJwtAccessTokens(options =>
            {
                options.Issuer = address;
                options.SigningKeys.Add(SigningKey.Generate(SigningAlgorithm.ES256));
            });
        })).Should().ThrowAsync<Exception>().WithMessage($"*Issuer ('{address}')*name the issuer*");
    }
}
