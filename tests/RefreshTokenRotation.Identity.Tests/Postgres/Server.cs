using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests;

namespace RefreshTokenRotation.Identity.Tests.Postgres;

/// <summary>The PostgreSQL of these tests.</summary>
[SetUpFixture]
public sealed class Server
{
    private readonly TestServer _server = new();

    [OneTimeSetUp]
    public Task StartAsync() => _server.StartAsync();

    [OneTimeTearDown]
    public Task StopAsync() => _server.StopAsync();

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
