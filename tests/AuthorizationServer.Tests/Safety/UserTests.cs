using System.Net;
using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Safety;

[TestFixture]
internal sealed class UserTests
{
    private string _folder = null!;

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("RefreshTokenRotation-sample-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task User_without_a_password_can_not_sign_in_and_one_who_is_gone_keeps_neither_session_nor_refresh_token()
    {
        var port = FreePort.Take();
        string[] arguments = ["--store", "sqlite", "--data", _folder];
        await using var before = await ServerProcess.StartAsync(
            port, [.. arguments, "--Users:carol:Password", "a secret of her own", "--Users:dave:Name", "Dave"]);
        using var browser = new Browser(before.Origin);
        using var backend = new Backend(before.Origin);
        var silent = new CodeRequest("spa", ("prompt", "none")).Address;
        await browser.LogInAsync(await browser.GetAsync("/login"), "dave", string.Empty);
        browser.Cookie("session").Should().BeNull("the settings name no password for dave");
        await browser.LogInAsync(await browser.GetAsync("/login"), "carol", "a secret of her own");
        var carols = await backend.PasswordAsync(user: "carol", password: "a secret of her own");
        var alices = await backend.PasswordAsync();
        (await browser.GetAsync(silent)).Callback.Should().ContainKey("code");
        await before.KillAsync();
        await using var after = await ServerProcess.StartAsync(port, arguments);

        var refused = await backend.RefreshAsync("legacy", carols["refresh_token"]!);

        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        refused["error"].Should().Be("invalid_grant");
        (await browser.GetAsync(silent)).Callback.Should().Contain("error", "login_required");
        (await backend.RefreshAsync("legacy", alices["refresh_token"]!)).Status.Should().Be(HttpStatusCode.OK);
    }
}
