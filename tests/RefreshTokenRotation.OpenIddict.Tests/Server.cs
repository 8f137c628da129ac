using RefreshTokenRotation.PostgreSql.Tests;

namespace RefreshTokenRotation.OpenIddict.Tests;

/// <summary>The PostgreSQL of this run.</summary>
[SetUpFixture]
public sealed class Server
{
    private readonly TestServer _server = new();

    [OneTimeSetUp]
    public Task StartAsync() => _server.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => _server.StopAsync();
}
