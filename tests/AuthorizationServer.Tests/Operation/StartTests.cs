using AuthorizationServer.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

[TestFixture]
internal sealed class StartTests
{
    [TestCase("Production")]
    [TestCase("Staging")]
    public async Task Server_refuses_to_start_outside_development_with_the_secrets_of_the_demonstration(string environment)
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync(environment, SharedServer.InMemory);

        exitCode.Should().NotBe(0);
        output.Should().Contain("does not start outside Development")
            .And.Contain("the password of user 'admin', the password of user 'alice', the password of user 'bob', the secret of client 'machine', the secret of client 'web', the secret of client 'web-strict'");
    }

    [Test]
    public async Task Server_starts_outside_development_with_secrets_of_its_own()
    {
        await using var server = await ServerProcess.StartAsync(
            "Production",
            FreePort.Take(),
            [.. SharedServer.InMemory, .. SharedServer.OwnSecrets]);
        using var backend = new Backend(server.Origin);

        (await backend.PasswordAsync(password: "correct horse battery staple"))["access_token"].Should().NotBeNull();
        (await backend.PasswordAsync(password: "pw"))["error"].Should().Be("invalid_grant");
    }

    [TestCase("--store", "cassette", "must be sqlite, memory or postgres")]
    [TestCase("--store", "postgres", "needs --connection")]
    [TestCase("--Clients:spa:Preset", "Fast", "names the preset 'Fast'")]
    public async Task Setting_that_is_wrong_is_named(string name, string value, string message)
    {
        var (exitCode, output) = await ServerProcess.RunToEndAsync("Development", name, value);

        exitCode.Should().NotBe(0);
        output.Should().Contain(message);
    }
}
