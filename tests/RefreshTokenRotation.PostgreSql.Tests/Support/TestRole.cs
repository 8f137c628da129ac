using Npgsql;

namespace RefreshTokenRotation.PostgreSql.Tests.Support;

/// <summary>A role of one test's own that owns nothing; dropped at the end.</summary>
internal sealed class TestRole : IAsyncDisposable
{
    private readonly TestSchema _schema;

    private TestRole(TestSchema schema) => _schema = schema;

    public string Name { get; } = $"r{Guid.NewGuid():N}";

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_schema.ConnectionString) { Username = Name }.ConnectionString;

    public static async Task<TestRole> CreateAsync(TestSchema schema, string attributes = "")
    {
        var role = new TestRole(schema);
        await schema.ExecuteAsync($"CREATE ROLE {role.Name} LOGIN {attributes}");
        return role;
    }

    /// <summary>Gives the rights that the README asks for.</summary>
    public Task GrantAsync() => _schema.ExecuteAsync(
        $"GRANT USAGE ON SCHEMA {_schema.Name} TO {Name}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {_schema.Name} TO {Name}");

    /// <summary>Ends the role's sessions.</summary>
    public Task CutAsync() => _schema.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{Name}'");

    public async ValueTask DisposeAsync() => await _schema.ExecuteAsync($"DROP OWNED BY {Name}; DROP ROLE {Name}");
}
