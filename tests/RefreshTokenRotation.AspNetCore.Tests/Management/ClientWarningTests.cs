using RefreshTokenRotation.AspNetCore.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.Management;

/// <summary>Settings that are taken and have no effect, or a risk, are said to the caller and to the log.</summary>
public sealed class ClientWarningTests
{
    [TestCase(Clients.Public, """{"policies":[{"audience":"https://nowhere.example/","scope":["read"]}]}""", "https://nowhere.example/ is unknown or allows no offline access")]
    [TestCase(Clients.Public, """{"policies":[{"audience":"https://online.example/","scope":["read"]}]}""", "https://online.example/ is unknown or allows no offline access")]
    [TestCase(Clients.WithoutRefresh, """{"leeway":5}""", "may not use the grant refresh_token")]
    [TestCase(Clients.Public, """{"rotation_type":"non-rotating"}""", "must rotate or be bound to a key (RFC 9700 section 2.2.2)")]
    public async Task Setting_is_taken_with_a_warning(string client, string settings, string warning)
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.PatchSettingsAsync(settings, client);
        var read = await host.AdminAsync("GET", $"/clients/{client}");

        answer.ShouldBe(200);
        answer.Json.GetProperty("warnings").EnumerateArray().Should().ContainSingle().Which.GetString().Should().Contain(warning);
        read.Text.Should().Be(answer.Text);
        host.Logs.Of(318).Should().ContainSingle().Which.Message.Should().Contain(warning).And.Contain(client);
    }

    [TestCase(Clients.Public, """{"policies":[{"audience":"https://api2.example/","scope":["read"]}]}""")]
    [TestCase(Clients.Confidential, """{"rotation_type":"non-rotating"}""")]
    public async Task Setting_without_a_risk_has_no_warning(string client, string settings)
    {
        await using var host = await Admin.StartAsync();

        var answer = await host.PatchSettingsAsync(settings, client);

        answer.ShouldBe(200);
        answer.Json.EnumerateObject().Select(member => member.Name).Should().Equal("client_id", "refresh_token");
        host.Logs.Of(318).Should().BeEmpty();
    }
}
