using System.Net;
using System.Reflection;
using AuthorizationServer.Observability;
using AuthorizationServer.Tests.Operator.Support;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation;
using RefreshTokenRotation.AspNetCore;

namespace AuthorizationServer.Tests.Operator;

/// <summary><c>/metrics</c>, as a scraper on the same machine asks for it.</summary>
[TestFixture, NonParallelizable]
internal sealed class ScrapeTests
{
    private Backend _backend = null!;

    [SetUp]
    public void SetUp() => _backend = new(SharedServer.Origin);

    [TearDown]
    public void TearDown() => _backend.Dispose();

    [Test]
    public async Task Scrape_names_every_metric_of_the_library()
    {
        var read = await Exposition.ScrapeAllAsync(_backend);

        var names = ((Type[])[typeof(RotationTelemetry), typeof(ResourceServerTelemetry), typeof(EndpointTelemetry)])
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.Name is not (nameof(RotationTelemetry.MeterName) or nameof(RotationTelemetry.ActivitySourceName)))
            .Select(field => ((string)field.GetRawConstantValue()!).Replace('.', '_'));
        read.Types.Keys.Select(WithoutSuffix).Should().BeEquivalentTo(names);
    }

    [Test]
    public async Task Scrape_counts_what_exchanges_did()
    {
        var before = await Exposition.ScrapeAsync(_backend);
        var first = (await _backend.PasswordAsync("legacy"))["refresh_token"]!;
        await _backend.RefreshAsync("legacy", first);
        await _backend.RefreshAsync("legacy", first);
        await _backend.RefreshAsync("legacy", first);

        var after = await Exposition.ScrapeAsync(_backend);

        Rise("issues_total").Should().Be(1);
        Rise("exchanges_total", ("outcome", "rotated")).Should().Be(1);
        Rise("reuses_total", ("shadow", "false")).Should().Be(1);
        Rise("rejections_total", ("reason", "reuse_detected")).Should().Be(1);
        Rise("rejections_total", ("reason", "revoked")).Should().Be(1);
        Rise("revocations_total", ("reason", "reuse_detected")).Should().Be(1);
        after.Value("refresh_token_rotation_exchange_duration_seconds_count", ("result", "rotated")).Should().BeGreaterThan(0);

        double Rise(string name, params (string Name, string Value)[] labels) =>
            after.Value($"refresh_token_rotation_{name}", labels) - before.Value($"refresh_token_rotation_{name}", labels);
    }

    [TestCase("X-Forwarded-For", "203.0.113.7")]
    [TestCase("Forwarded", "for=203.0.113.7")]
    [TestCase("Host", "attacker.example:5000")]
    [TestCase("Host", "127.0.0.1.attacker.example")]
    public async Task Scrape_from_elsewhere_is_refused(string header, string value)
    {
        var reply = await _backend.GetAsync(MetricsEndpoint.Path, headers: (header, value));

        reply.Status.Should().Be(HttpStatusCode.Forbidden);
        reply.Text.Should().NotContain("refresh_token");
    }

    private static string WithoutSuffix(string name) =>
        name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length]
        : name.EndsWith("_seconds", StringComparison.Ordinal) ? name[..^"_seconds".Length]
        : name;
}
