using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.RealClients;

/// <summary>The npm package <c>auth0</c> with the id and the secret of a machine: it fetches its own access token.</summary>
[TestFixture]
internal sealed class ManagementClientTests
{
    [Test]
    public async Task Machine_reads_settings_and_revokes_what_it_lists()
    {
        using var backend = new Backend(SharedServer.Origin);
        var tokens = await backend.PasswordAsync(user: "rupert");

        var output = await NodeScript.RunAsync("machine.mjs", new { address = SharedServer.Origin, clientId = "machine", secret = "machine-secret", user = "rupert" });

        output.GetProperty("client").GetString().Should().Be("legacy");
        output.GetProperty("listed").GetInt32().Should().Be(1);
        output.GetProperty("refused").GetString().Should().Be("401");
        (await backend.RefreshAsync("legacy", tokens["refresh_token"]!))["error"].Should().Be("invalid_grant");
    }
}
