using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The PostgreSQL of this run.</summary>
[SetUpFixture]
public sealed class Server
{
    [OneTimeSetUp]
    public Task StartAsync() => TestServer.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => TestServer.StopAsync();
}
