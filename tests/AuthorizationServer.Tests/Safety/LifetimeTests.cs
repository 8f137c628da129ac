using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

/// <summary>Codes that end at the moment of their birth.</summary>
[TestFixture]
internal sealed class LifetimeTests
{
    private ServerProcess _server = null!;
    private Backend _backend = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await ServerProcess.StartAsync([.. SharedServer.InMemory, "--CodeLifetime", "00:00:00", "--DeviceCodeLifetime", "00:00:00"]);
        _backend = new(_server.Origin);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _backend.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Code_ends_with_its_lifetime()
    {
        var tokens = await _backend.CodeFlowAsync(new CodeRequest());

        tokens["error"].Should().Be("invalid_grant");
    }

    [Test]
    public async Task Device_that_waits_too_long_is_told_so()
    {
        using var browser = new Browser(_server.Origin);
        var device = await _backend.PostAsync("/oauth/device/code", ("client_id", "tv"));

        var poll = await _backend.TokenAsync(
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", "tv"), ("device_code", device["device_code"]));
        await browser.LogInAsync();
        var page = await browser.GetAsync(device["verification_uri_complete"]!);

        poll["error"].Should().Be("expired_token");
        page.Status.Should().Be(HttpStatusCode.BadRequest);
    }
}
