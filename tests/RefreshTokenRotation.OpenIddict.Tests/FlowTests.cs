using System.Net;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.TestSupport.OpenIddict;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>The flows of OpenIddict's own samples, with families in place of its refresh tokens.</summary>
[TestFixture]
internal sealed class FlowTests
{
    private OpenIddictHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _host = await OpenIddictHost.StartAsync(await OpenIddictHost.CreateDatabaseAsync(TestServer.ConnectionString), RotationPolicy.Strict);

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("code")]
    [TestCase("password")]
    [TestCase("device")]
    [TestCase("custom")]
    [TestCase("exchange")]
    public async Task Grant_starts_a_family_that_rotates(string grant)
    {
        var first = grant switch
        {
            "code" => await _host.Client.LogInByCodeAsync(),
            "device" => await _host.Client.LogInByDeviceAsync(),
            "custom" => await _host.Client.LogInByCustomGrantAsync(),
            "exchange" => await _host.Client.LogInByTokenExchangeAsync(),
            _ => await _host.Client.LogInAsync(),
        };
        first.Status.Should().Be(HttpStatusCode.OK, first.Json.ToString());
        first.RefreshToken.Should().StartWith("rtr_").And.HaveLength(80);

        var second = await _host.Client.RefreshAsync(first.RefreshToken);
        second.Status.Should().Be(HttpStatusCode.OK, second.Json.ToString());
        second.RefreshToken.Should().StartWith("rtr_").And.NotBe(first.RefreshToken);
        second.AccessToken.Should().NotBeEmpty();
        second.Text("id_token").Should().NotBeEmpty();
        (await _host.Client.RefreshAsync(second.RefreshToken)).IsOk.Should().BeTrue();
    }
}
