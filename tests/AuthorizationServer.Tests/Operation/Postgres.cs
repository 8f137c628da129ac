using RefreshTokenRotation.PostgreSql.Tests;

namespace AuthorizationServer.Tests.Operation;

/// <summary>One PostgreSQL for the fixtures that need any.</summary>
[SetUpFixture]
public sealed class Postgres
{
    private readonly TestServer _server = new();

    [OneTimeSetUp]
    public Task StartAsync() => _server.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => _server.StopAsync();
}
