using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ProofOfPossession;

/// <summary>Options of DPoP, and what the metadata say of it.</summary>
public sealed class DPoPSettingsTests
{
    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("SigningAlgorithms ('')*", options => options.SigningAlgorithms.Clear());
        yield return Case("SigningAlgorithms ('ES256 RS256 PS256 none')*", options => options.SigningAlgorithms.Add("none"));
        yield return Case("ProofWindow (00:00:00) must be between 00:00:01 and 00:10:00", options => options.ProofWindow = TimeSpan.Zero);
        yield return Case("NonceLifetime (02:00:00) must be between 00:00:10 and 01:00:00", options => options.NonceLifetime = TimeSpan.FromHours(2));
        yield return Case("NonceKey (31 bytes) must be empty or at least 32 bytes", options => options.NonceKey = new byte[31]);
        yield return Case("ResourceOrigin ('https://api.example/')*", options => options.ResourceOrigin = "https://api.example/");
    }

    [TestCaseSource(nameof(Wrong))]
    public async Task Option_out_of_bounds_stops_the_start(string message, Action<DPoPOptions> configure)
    {
        var start = () => DPoPHost.StartAsync(configure);

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Message.Should().Match($"*{message}*");
    }

    [Test]
    public async Task Metadata_tell_what_is_switched_on()
    {
        await using var plain = await TestHost.StartAsync();
        await using var both = await DPoPHost.StartAsync(change: setup => setup.Build += rotation => rotation.AddMutualTls());

        var without = await MetadataAsync(plain);
        var with = await MetadataAsync(both);

        without.Member("dpop_signing_alg_values_supported").Should().BeNull();
        without.Member("tls_client_certificate_bound_access_tokens").Should().BeNull();
        with.Json.GetProperty("dpop_signing_alg_values_supported").GetRawText().Should().Be("""["ES256","RS256","PS256"]""");
        with.Json.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean().Should().BeTrue();
    }

    [Test]
    public async Task Verification_of_access_tokens_alone_switches_on_nothing_at_the_token_endpoint()
    {
        await using var host = await TestHost.StartAsync(setup => setup.Build = rotation =>
        {
            new StubGrantHandler().AddTo(rotation);
            rotation.Services.AddAccessTokenVerification();
        });
        using var client = new DPoPClient(host);
        var login = $"grant_type={StubGrantHandler.Type}&client_id={Clients.Public}&scope=offline_access&resource={Clients.Api1}";

        var proven = await host.TokenAsync(login, request => request.Headers.Add("DPoP", client.Proof()));
        var garbled = await host.TokenAsync(login, request => request.Headers.Add("DPoP", "not a proof"));
        var metadata = await MetadataAsync(host);

        new[] { proven, garbled }.Select(answer => answer.Member("token_type")).Should().Equal("Bearer", "Bearer");
        host.Issuer.Requests.Should().HaveCount(2).And.OnlyContain(request => request.SenderKeyThumbprint == null);
        metadata.Member("issuer").Should().NotBeNull();
        metadata.Json.TryGetProperty("dpop_signing_alg_values_supported", out _).Should().BeFalse();
        metadata.Json.TryGetProperty("tls_client_certificate_bound_access_tokens", out _).Should().BeFalse();
    }

    private static Task<Answer> MetadataAsync(TestHost host) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"));

    private static TestCaseData Case(string message, Action<DPoPOptions> configure) => new TestCaseData(message, configure).SetArgDisplayNames(message);
}
