using MySql.Data.MySqlClient;
using RefreshTokenRotation.MariaDb.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>The MariaDB of this run: started by the first test that needs it.</summary>
[SetUpFixture]
public sealed class MariaDbOfRun
{
    private static readonly Lazy<Task<MariaDbServer>> Server = new(static () => MariaDbServer.StartAsync(IsReadyAsync));

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Server.IsValueCreated)
        {
            MySqlConnection.ClearAllPools();
            await (await Server.Value).DisposeAsync();
        }
    }

    internal static Task<MariaDbServer> GetAsync() => Server.Value;

    internal static async Task<bool> IsReadyAsync(string connectionString)
    {
        try
        {
            await using var connection = new MySqlConnection($"{connectionString};Pooling=false;Connection Timeout=5");
            await connection.OpenAsync();
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }
}
