using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>A schema of one test's own, with any number of nodes on it; dropped at the end.</summary>
internal sealed class TestSchema : IAsyncDisposable
{
    private readonly List<ServiceProvider> _nodes = [];
    private readonly NpgsqlDataSource _source;
    private readonly string _connectionString;

    private TestSchema(string connectionString)
    {
        // Tests run side by side, and each has several nodes.
        _connectionString = $"{connectionString};Maximum Pool Size=6";
        _source = NpgsqlDataSource.Create(_connectionString);
    }

    public string Name { get; } = $"t{Guid.NewGuid():N}";

    public NpgsqlDataSource Source => _source;

    public string Table => $"{Name}.{PostgreSqlSchema.DefaultTableName}";

    public string ConnectionString => _connectionString;

    public static async Task<TestSchema> CreateAsync(string? connectionString = null)
    {
        var schema = new TestSchema(connectionString ?? TestServer.ConnectionString);
        await PostgreSqlSchema.ApplyAsync(schema._source, schema.Name);
        return schema;
    }

    /// <summary>A schema with no table in it, and not even there.</summary>
    public static TestSchema Missing() => new(TestServer.ConnectionString);

    /// <summary>A node: a provider with the real engine and connections of its own.</summary>
    public ServiceProvider Node(
        RotationPolicy? policy = null, TimeProvider? time = null, string? connectionString = null, Action<PostgreSqlStoreOptions>? configure = null)
    {
        var services = new ServiceCollection();
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddRefreshTokenRotation(options => options.DefaultPolicy = policy ?? RotationPolicy.Strict)
            .UsePostgreSql(connectionString ?? _connectionString, options =>
            {
                options.SchemaName = Name;
                configure?.Invoke(options);
            });
        var node = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _nodes.Add(node);
        return node;
    }

    /// <summary>Disposes a node that a test has made itself, before the schema goes.</summary>
    public ServiceProvider Keep(ServiceProvider node)
    {
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node's token store.</summary>
    public ITokenStore Store() => Node().GetRequiredService<ITokenStore>();

    /// <summary>Ends every connection that has used this schema's tables.</summary>
    public Task CutConnectionsAsync() => ExecuteAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND position('{Name}' in query) > 0");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        // A test may have killed the server since these connections were opened.
        _source.Clear();
        await ExecuteAsync($"DROP SCHEMA IF EXISTS {Name} CASCADE");
        await _source.DisposeAsync();
    }
}
