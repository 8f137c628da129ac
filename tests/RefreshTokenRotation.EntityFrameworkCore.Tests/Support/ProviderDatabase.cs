using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MySql.Data.MySqlClient;
using RefreshTokenRotation.MariaDb.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>Whose database it is, other than PostgreSQL's.</summary>
public enum Provider
{
    /// <summary>Microsoft.EntityFrameworkCore.Sqlite, on a file.</summary>
    Sqlite,

    /// <summary>MySql.EntityFrameworkCore, on MariaDB.</summary>
    MariaDb,
}

/// <summary>A database of one test's own, with the tables of the store's own context and any number of nodes on it.</summary>
internal sealed class ProviderDatabase : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<Provider, Lazy<string>> Scripts = new();

    private readonly List<ServiceProvider> _nodes = [];
    private readonly TemporaryFolder _folder = new();
    private readonly MariaDbServer? _server;
    private readonly string _name = $"t{Guid.NewGuid():N}";

    private ProviderDatabase(MariaDbServer? server) => _server = server;

    public string ConnectionString => Connect(0);

    public static async Task<ProviderDatabase> CreateAsync(Provider provider, MariaDbServer? server = null)
    {
        var database = new ProviderDatabase(provider == Provider.MariaDb ? server ?? await MariaDbOfRun.GetAsync() : null);
        if (database._server is { } used)
        {
            await using var connection = new MySqlConnection(used.ConnectionString);
            await connection.OpenAsync();
            await using var create = new MySqlCommand($"CREATE DATABASE {database._name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin", connection);
            await create.ExecuteNonQueryAsync();
        }

        await database.ExecuteAsync(Scripts.GetOrAdd(provider, static (_, database) => new(database.CreateScript), database).Value);
        return database;
    }

    public RefreshTokenRotationDbContext Context(Action<DbContextOptionsBuilder>? configure = null)
    {
        var options = new DbContextOptionsBuilder<RefreshTokenRotationDbContext>();
        Use(options, ConnectionString);
        configure?.Invoke(options);
        return new(options.Options);
    }

    /// <summary>A node: a provider with the real engine and connections of its own.</summary>
    public ServiceProvider Node(RotationPolicy? policy = null, TimeProvider? time = null, Action<DbContextOptionsBuilder>? configureContext = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        Use(services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy ?? RotationPolicy.Strict), configureContext, Connect(_nodes.Count + 1));
        var node = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _nodes.Add(node);
        return node;
    }

    public ITokenStore Store(Action<DbContextOptionsBuilder>? configureContext = null) => Node(configureContext: configureContext).GetRequiredService<ITokenStore>();

    public void Use(RefreshTokenRotationBuilder builder, Action<DbContextOptionsBuilder>? configureContext = null, string? connectionString = null) =>
        builder.UseEntityFrameworkCore(options =>
        {
            Use(options, connectionString ?? ConnectionString);
            configureContext?.Invoke(options);
        });

    /// <summary>Ends every connection of the nodes.</summary>
    public async Task CutConnectionsAsync()
    {
        if (_server is null)
        {
            SqliteConnection.ClearAllPools();
            return;
        }

        await using var connection = new MySqlConnection(_server.ConnectionString);
        await connection.OpenAsync();
        var ids = new List<string>();
        await using (var list = new MySqlCommand($"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{_name}'", connection))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                ids.Add(reader.GetValue(0).ToString()!);
            }
        }

        foreach (var id in ids)
        {
            await using var kill = new MySqlCommand($"KILL {id}", connection);
            try
            {
                await kill.ExecuteNonQueryAsync();
            }
            catch (MySqlException gone) when (gone.Number == 1094)
            {
                // It has ended by itself.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_server is not null)
        {
            await ExecuteAsync($"DROP DATABASE {_name}");
            for (var node = 0; node <= _nodes.Count; node++)
            {
                await using var connection = new MySqlConnection(Connect(node));
                MySqlConnection.ClearPool(connection);
            }
        }

        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    /// <summary>As the provider's own creation of a database does it.</summary>
    private string CreateScript()
    {
        using var context = Context();
        return (_server is null ? "PRAGMA journal_mode = 'wal';" : string.Empty) + context.Database.GenerateCreateScript();
    }

    /// <summary>Each node has a pool of its own.</summary>
    private string Connect(int node) => _server is null
        ? $"Data Source={_folder.PathOf("host.db")}"
        : string.Create(CultureInfo.InvariantCulture, $"{_server.ConnectionString};Database={_name};CharSet=utf8mb4;Maximum Pool Size={16 + node}");

    private DbContextOptionsBuilder Use(DbContextOptionsBuilder options, string connectionString) =>
        _server is null ? options.UseSqlite(connectionString) : options.UseMySQL(connectionString);

    private async Task ExecuteAsync(string sql)
    {
        await using DbConnection connection = _server is null ? new SqliteConnection(ConnectionString) : new MySqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
