using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace AuthorizationServer.Tests.Operation;

/// <summary>One PostgreSQL for the fixtures that need any.</summary>
[SetUpFixture]
public sealed class Postgres
{
    [OneTimeSetUp]
    public Task StartAsync() => TestServer.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => TestServer.StopAsync();
}
