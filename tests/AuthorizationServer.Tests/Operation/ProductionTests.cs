using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

/// <summary>What differs where the server is no longer on a developer's machine.</summary>
[TestFixture]
internal sealed class ProductionTests
{
    private ServerProcess _server = null!;
    private Backend _backend = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await ServerProcess.StartAsync(
            "Production", FreePort.Take(), [.. SharedServer.InMemory, .. SharedServer.OwnSecrets, "--issuer", "https://login.example/"]);
        _backend = new(_server.Origin);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _backend.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Metrics_need_a_token_though_the_request_seems_to_be_this_machines()
    {
        var reply = await _backend.GetAsync("/metrics");

        reply.Status.Should().Be(HttpStatusCode.Forbidden, "a proxy that passes no header on looks like this machine");
        reply.Text.Should().NotContain("refresh_token");
    }

    [TestCase("/")]
    [TestCase("/nowhere")]
    [TestCase("/site.css")]
    [TestCase("/.well-known/openid-configuration")]
    public async Task Browsers_are_told_to_stay_with_https(string path) =>
        (await _backend.GetAsync(path)).Header("Strict-Transport-Security").Should().Be("max-age=31536000");

    [Test]
    public async Task Browsers_are_not_told_so_where_there_is_no_https()
    {
        using var backend = new Backend(SharedServer.Origin);

        (await backend.GetAsync("/")).Header("Strict-Transport-Security").Should().BeEmpty();
    }

    [Test]
    public void Console_names_no_password() => _server.Output.Should().Contain("Open https://login.example/.").And.NotContain("alice");
}
