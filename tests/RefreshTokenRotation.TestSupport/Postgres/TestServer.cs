using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>The server of this run: the one that an environment variable names, or a throw-away one, stopped at the end.</summary>
internal static class TestServer
{
    public const string Variable = "REFRESH_TOKEN_ROTATION_POSTGRES";

    private static PostgresServer? _own;
    private static string? _connectionString;

    /// <summary>The server's connection string.</summary>
    public static string ConnectionString => _connectionString ?? throw new InvalidOperationException(Instruction);

    private static string Instruction =>
        $"These tests need PostgreSQL. Run ./test.sh, which installs it on Debian and Ubuntu; or install the server's binaries; or name a server in {Variable}.";

    public static async Task StartAsync()
    {
        _connectionString = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(_connectionString))
        {
            _own = await PostgresServer.StartAsync(await PostgresServer.FindBinariesAsync() ?? throw new InvalidOperationException(Instruction));
            _connectionString = _own.ConnectionString;
        }
    }

    public static async Task StopAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }
}
