using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RefreshTokenRotation.AspNetCore.Tests.ResourceServer;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Every challenge of a protected API names its metadata, where the host says where they are (RFC 9728 section 5.1).</summary>
public sealed class ResourceMetadataTests
{
    private const string Metadata = "https://api.example/.well-known/oauth-protected-resource";

    private const string Parameter = $"resource_metadata=\"{Metadata}\"";

    [TestCase(null, $"Bearer {Parameter}, DPoP algs=\"ES256 RS256 PS256\", {Parameter}")]
    [TestCase("Bearer x", $"Bearer error=\"invalid_token\", {Parameter}, DPoP algs=\"ES256 RS256 PS256\", {Parameter}")]
    [TestCase("DPoP x", $"DPoP error=\"invalid_token\", algs=\"ES256 RS256 PS256\", {Parameter}, Bearer {Parameter}")]
    public async Task Verifier_names_it_in_each_challenge(string? authorization, string challenge)
    {
        await using var host = await DPoPHost.StartAsync(
            static options => options.ResourceMetadata = new Uri(Metadata), static setup => setup.Map = Map);

        var answer = await host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api"), request =>
            request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization));

        ((int)answer.Status).Should().Be(401);
        answer.Header("WWW-Authenticate").Should().Be(challenge);
    }

    [Test]
    public async Task Deny_list_names_it_too()
    {
        await using var host = await ProtectedApi.StartAsync(static options => options.ResourceMetadata = new Uri(Metadata));
        var (issued, refreshed) = await host.LogInAsync();
        await host.RevokeAsync(issued);

        (await host.CallAsync(refreshed.AccessToken)).ShouldBeRefused($"Bearer error=\"invalid_token\", {Parameter}");
        (await host.CallStrictAsync("[]")).Header("WWW-Authenticate").Should().Be($"Bearer {Parameter}");
    }

    [TestCase("/relative")]
    [TestCase("ftp://api.example/")]
    [TestCase("https://api.example/#x")]
    public async Task Address_that_is_none_stops_the_start(string address)
    {
        var uri = new Uri(address, UriKind.RelativeOrAbsolute);

        await FluentActions.Awaiting(() => DPoPHost.StartAsync(options => options.ResourceMetadata = uri)).Should().ThrowAsync<Exception>().WithMessage("*ResourceMetadata*");
        await FluentActions.Awaiting(() => ProtectedApi.StartAsync(options => options.ResourceMetadata = uri)).Should().ThrowAsync<Exception>().WithMessage("*ResourceMetadata*");
    }

    private static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/api", static async (HttpContext context, AccessTokenVerifier verifier) =>
        await verifier.VerifyAsync(context, context.RequestAborted) is AccessTokenVerification.Rejected rejected ? rejected : Results.Ok());
}
