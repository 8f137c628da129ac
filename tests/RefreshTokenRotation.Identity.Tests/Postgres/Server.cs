using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.Identity.Tests.Postgres;

/// <summary>The PostgreSQL of these tests.</summary>
[SetUpFixture]
public sealed class Server
{
    [OneTimeSetUp]
    public Task StartAsync() => TestServer.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => TestServer.StopAsync();

    /// <summary>Creates an empty database.</summary>
    internal static async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(TestServer.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(TestServer.ConnectionString) { Database = name, MaxPoolSize = 40 }.ConnectionString;
    }
}
