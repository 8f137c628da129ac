using AuthorizationServer.State;
using Npgsql;
using RefreshTokenRotation;

namespace AuthorizationServer.Setup;

/// <summary>Where refresh tokens and the server's own state are kept.</summary>
internal static class Storage
{
    /// <summary>Chooses the store that the settings name.</summary>
    /// <returns>A line for the console.</returns>
    public static string UseStore(this RefreshTokenRotationBuilder builder, ServerSettings settings) => settings.Store switch
    {
        "memory" => UseMemory(builder),
        "sqlite" => UseSqlite(builder, settings.Data ?? DefaultFolder),
        "postgres" => UsePostgres(builder, settings.Connection ?? throw new InvalidOperationException("--store postgres needs --connection.")),
        _ => throw new InvalidOperationException($"--store is '{settings.Store}' and must be sqlite, memory or postgres."),
    };

    // Not the folder for temporary files, where somebody else may have created one of this name.
    private static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
        "RefreshTokenRotation.AuthorizationServer");

    private static string UseMemory(RefreshTokenRotationBuilder builder)
    {
        builder.Services.AddSingleton<IStateStore, MemoryStateStore>();
        return "Everything is kept in memory and ends with the process.";
    }

    private static string UseSqlite(RefreshTokenRotationBuilder builder, string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            // If the folder is new, only this user may read it.
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        builder.UseSqlite(Path.Combine(folder, "tokens.db"));
        builder.Services.AddSingleton<IStateStore>(provider =>
            new SqliteStateStore(Path.Combine(folder, "state.db"), provider.GetRequiredService<TimeProvider>()));
        return $"Everything is kept in {Path.GetFullPath(folder)}.";
    }

    private static string UsePostgres(RefreshTokenRotationBuilder builder, string connection)
    {
        builder.UsePostgreSql(connection, options =>
        {
            options.CreateSchema = true;

            // A write whose outcome is unknown costs a client without leeway its session, so it may take longer than the time limit of a request.
            options.CommandTimeout = TimeSpan.FromSeconds(30);
        }).UsePostgreSqlReplayStore();
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(connection));
        builder.Services.AddSingleton<IStateStore>(provider =>
        {
            var state = new PostgresStateStore(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>());
            state.CreateTable();
            return state;
        });
        return "Everything is kept in PostgreSQL. Start as many instances on it as you like.";
    }
}
