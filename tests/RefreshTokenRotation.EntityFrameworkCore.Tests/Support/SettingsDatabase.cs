using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A schema on the server, or a SQLite file, whose tables a context with a test's settings creates; dropped at the end.</summary>
internal sealed class SettingsDatabase : IAsyncDisposable
{
    private readonly bool _isPostgreSql;
    private readonly Settings _settings;
    private readonly string _schema = $"t{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();

    private SettingsDatabase(bool isPostgreSql, Settings settings)
    {
        _isPostgreSql = isPostgreSql;
        _settings = settings;
    }

    private string ConnectionString => _isPostgreSql
        ? $"{TestServer.ConnectionString};Search Path={_schema};Maximum Pool Size=8"
        : $"Data Source={_folder.PathOf("host.db")};Pooling=False";

    public static async Task<SettingsDatabase> OpenAsync(bool isPostgreSql, Settings settings, bool isCreated)
    {
        var database = new SettingsDatabase(isPostgreSql, settings);
        if (isPostgreSql)
        {
            await database.ExecuteAsync($"CREATE SCHEMA {database._schema}");
            await database.ExecuteAsync("CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        }

        if (isCreated)
        {
            await database.CreateAsync();
        }

        return database;
    }

    /// <summary>Creates the tables as the host's migrations would.</summary>
    public async Task CreateAsync()
    {
        await using var context = new SettingsDbContext((DbContextOptions<SettingsDbContext>)Use(new DbContextOptionsBuilder<SettingsDbContext>()).Options, _settings);
        await ExecuteAsync(context.Database.GenerateCreateScript());
    }

    /// <summary>A host on the tables, with the settings of their creation or with others.</summary>
    public IHost Host(Settings? settings = null, Action<IServiceCollection>? configure = null, Action<DbContextOptionsBuilder>? configureContext = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(settings ?? _settings).AddDbContext<SettingsDbContext>(options =>
        {
            Use(options);
            configureContext?.Invoke(options);
        });
        builder.Services.AddRefreshTokenRotation().UseEntityFrameworkCore<SettingsDbContext>();
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    public async Task RequireEmptyAsync()
    {
        foreach (var table in new[] { "RefreshTokenFamilies", "RefreshTokenPolicies", "RefreshTokenLocks" })
        {
            await using var connection = await ConnectAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM \"{table}\"";
            Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture).Should().Be(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isPostgreSql)
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            NpgsqlConnection.ClearPool(connection);
            await ExecuteAsync($"DROP SCHEMA {_schema} CASCADE");
            NpgsqlConnection.ClearPool(connection);
        }

        _folder.Dispose();
    }

    private DbContextOptionsBuilder Use(DbContextOptionsBuilder options) => SettingsDbContext.Use(
        _isPostgreSql ? options.UseNpgsql(ConnectionString) : options.UseSqlite(ConnectionString));

    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection = _isPostgreSql ? new NpgsqlConnection(ConnectionString) : new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
