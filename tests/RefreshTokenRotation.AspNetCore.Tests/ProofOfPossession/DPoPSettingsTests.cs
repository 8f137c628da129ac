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

    private static Task<Answer> MetadataAsync(TestHost host) =>
        host.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server"));

    private static TestCaseData Case(string message, Action<DPoPOptions> configure) => new TestCaseData(message, configure).SetArgDisplayNames(message);
}
