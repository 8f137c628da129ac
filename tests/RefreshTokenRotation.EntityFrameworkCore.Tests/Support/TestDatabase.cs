using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests.Support;

/// <summary>A schema of one test's own, with any number of nodes on it; dropped at the end.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<(ServiceProvider Node, string ConnectionString)> _nodes = [];
    private readonly NpgsqlDataSource _source;
    private readonly ContextKind _kind;
    private readonly string _server;

    private TestDatabase(ContextKind kind, string? server)
    {
        (_kind, _server) = (kind, server ?? TestServer.ConnectionString);
        _source = NpgsqlDataSource.Create(_server);
    }

    public string Name { get; } = $"t{Guid.NewGuid():N}";

    public NpgsqlDataSource Source => _source;

    public string Families => $"{Name}.\"RefreshTokenFamilies\"";

    /// <summary>What a node connects with; each has a pool of its own.</summary>
    public string ConnectionString => Connect(_server);

    /// <summary>Creates the schema and the tables.</summary>
    public static async Task<TestDatabase> CreateAsync(ContextKind kind = ContextKind.Own, string? server = null)
    {
        var database = await EmptyAsync(kind, server);
        await using var context = database.HostContext();
        await database.ExecuteAsync($"SET search_path = {database.Name}; {context.Database.GenerateCreateScript()}; RESET search_path");
        return database;
    }

    /// <summary>Creates the schema alone.</summary>
    public static async Task<TestDatabase> EmptyAsync(ContextKind kind = ContextKind.Own, string? server = null)
    {
        var database = new TestDatabase(kind, server);
        await database.ExecuteAsync($"CREATE SCHEMA {database.Name}");
        return database;
    }

    /// <summary>A context that no provider knows of.</summary>
    public HostDbContext HostContext() => new(new DbContextOptionsBuilder<HostDbContext>().UseNpgsql(ConnectionString).Options);

    /// <summary>A node: a provider with the real engine and connections of its own.</summary>
    public ServiceProvider Node(
        RotationPolicy? policy = null,
        TimeProvider? time = null,
        Action<DbContextOptionsBuilder>? configureContext = null,
        Action<EntityFrameworkCoreStoreOptions>? configure = null,
        string? server = null)
    {
        var connectionString = Connect(server ?? _server);
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        var builder = services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy ?? RotationPolicy.Strict);
        Use(builder, configureContext, configure, connectionString);
        var node = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _nodes.Add((node, connectionString));
        return node;
    }

    /// <summary>A node's token store.</summary>
    public ITokenStore Store(Action<DbContextOptionsBuilder>? configureContext = null) =>
        Node(configureContext: configureContext).GetRequiredService<ITokenStore>();

    /// <summary>Chooses the store as a host does.</summary>
    public void Use(
        RefreshTokenRotationBuilder builder,
        Action<DbContextOptionsBuilder>? configureContext = null,
        Action<EntityFrameworkCoreStoreOptions>? configure = null,
        string? connectionString = null)
    {
        connectionString ??= ConnectionString;
        if (_kind == ContextKind.Own)
        {
            builder.UseEntityFrameworkCore(Configure, configure);
            return;
        }

        // The store is chosen first: the order of the calls does not matter.
        builder.UseEntityFrameworkCore<HostDbContext>(configure);
        _ = _kind switch
        {
            ContextKind.Scoped => builder.Services.AddDbContext<HostDbContext>(Configure),
            ContextKind.Pool => builder.Services.AddDbContextPool<HostDbContext>(Configure),
            ContextKind.Factory => builder.Services.AddDbContextFactory<HostDbContext>(Configure),
            ContextKind.ScopedFactory => builder.Services.AddDbContextFactory<HostDbContext>(Configure, ServiceLifetime.Scoped),
            _ => builder.Services.AddPooledDbContextFactory<HostDbContext>(Configure),
        };

        void Configure(DbContextOptionsBuilder options)
        {
            options.UseNpgsql(connectionString);
            configureContext?.Invoke(options);
        }
    }

    private string Connect(string server) => $"{server};Search Path={Name};Application Name={Name}_{_nodes.Count};Maximum Pool Size=6";

    /// <summary>Ends every connection of the nodes.</summary>
    public Task CutConnectionsAsync() =>
        ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '{Name}%'");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (node, connectionString) in _nodes)
        {
            await node.DisposeAsync();
            await using var connection = new NpgsqlConnection(connectionString);
            NpgsqlConnection.ClearPool(connection);
        }

        await ExecuteAsync($"DROP SCHEMA IF EXISTS {Name} CASCADE");
        await _source.DisposeAsync();
    }
}
