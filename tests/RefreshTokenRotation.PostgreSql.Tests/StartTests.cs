using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RefreshTokenRotation.PostgreSql.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>What would fail at the first log-in fails at the start, and the message says what to grant or to set.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StartTests
{
    [Test]
    public async Task Start_tries_every_statement_and_leaves_nothing()
    {
        await using var schema = await TestSchema.CreateAsync();

        await TestHost.RunAsync(schema);

        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}")).Should().Be(0);
        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}_policies")).Should().Be(0);
    }

    [TestCase("SELECT", "")]
    [TestCase("INSERT", "")]
    [TestCase("UPDATE", "")]
    [TestCase("DELETE", "")]
    [TestCase("SELECT", "_policies")]
    [TestCase("INSERT", "_policies")]
    [TestCase("UPDATE", "_policies")]
    [TestCase("DELETE", "_policies")]
    [TestCase("SELECT", "_schema")]
    public async Task Role_that_lacks_a_right_on_a_table_fails_at_start_and_is_told_what_to_grant(string right, string table)
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema);
        await role.GrantAsync();
        await schema.ExecuteAsync($"REVOKE {right} ON {schema.Table}{table} FROM {role.Name}");

        await TestHost.FailsAsync(
            () => TestHost.RunAsync(schema, role.ConnectionString),
            $"*lacks a right*GRANT USAGE ON SCHEMA \"{schema.Name}\" TO \"{role.Name}\"; GRANT SELECT, INSERT, UPDATE, DELETE ON *_policies, *_replays TO \"{role.Name}\"; "
            + $"GRANT SELECT ON *_schema TO \"{role.Name}\";*permission denied for table refresh_token_families{table} (42501)");
    }

    [Test]
    public async Task Role_without_the_schema_fails_at_start_and_is_told_what_to_grant()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema);

        await TestHost.FailsAsync(() => TestHost.RunAsync(schema, role.ConnectionString), "*lacks a right*permission denied for schema*");
    }

    [Test]
    public async Task Role_that_may_not_create_the_tables_is_told_so()
    {
        await using var schema = TestSchema.Missing();
        await using var role = await TestRole.CreateAsync(schema);

        await TestHost.FailsAsync(
            () => TestHost.RunAsync(schema, role.ConnectionString, options => options.CreateSchema = true),
            $"*may not create the tables*GetScript(\"{schema.Name}\", \"refresh_token_families\")*GRANT CREATE ON SCHEMA \"{schema.Name}\" TO \"{role.Name}\"*(42501)");
    }

    [Test]
    public async Task Role_with_the_rights_of_the_readme_is_enough()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema);
        await role.GrantAsync();

        await TestHost.RunAsync(schema, role.ConnectionString);

        await ExchangeAsync(schema.Node(connectionString: role.ConnectionString));
    }

    [Test]
    public async Task Database_whose_encoding_can_not_hold_every_text_fails_at_start()
    {
        await using var server = TestSchema.Missing();
        var database = $"d{Guid.NewGuid():N}";
        await server.ExecuteAsync($"CREATE DATABASE {database} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        try
        {
            await using var schema = await TestSchema.CreateAsync($"{TestServer.ConnectionString};Database={database}");

            await TestHost.FailsAsync(() => TestHost.RunAsync(schema), "*encoding*UTF8*ENCODING 'UTF8'*LATIN1*(22P05)");
        }
        finally
        {
            await server.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)");
        }
    }

    [Test]
    public async Task Server_that_is_read_only_fails_at_start()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema, "SUPERUSER");
        await schema.ExecuteAsync($"ALTER ROLE {role.Name} SET default_transaction_read_only = on");

        await TestHost.FailsAsync(() => TestHost.RunAsync(schema, role.ConnectionString), "*read only (default_transaction_read_only)*");
    }

    [Test]
    public async Task Slim_data_source_needs_arrays_and_conversions_and_is_told_so()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var slim = new NpgsqlSlimDataSourceBuilder(schema.ConnectionString).Build();
        var builder = new NpgsqlSlimDataSourceBuilder(schema.ConnectionString);
        builder.EnableArrays();
        builder.EnableExtraConversions();
        await using var enough = builder.Build();

        await TestHost.FailsAsync(() => StartAsync(slim), "*EnableArrays() and EnableExtraConversions()*");
        await StartAsync(enough);

        async Task StartAsync(NpgsqlDataSource source)
        {
            using var host = TestHost.Create(services => services.AddRefreshTokenRotation().UsePostgreSql(source, options => options.SchemaName = schema.Name));
            await host.StartAsync();
            await ExchangeAsync(host.Services);
            await host.StopAsync();
        }
    }

    [Test]
    public async Task Row_level_security_that_hides_rows_fails_at_start_and_is_an_outage_at_run_time()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema);
        await role.GrantAsync();
        var node = schema.Node(connectionString: role.ConnectionString);
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var families = node.GetRequiredService<ITokenFamilyManager>();
        var token = (await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa" })).RefreshToken;
        var alice = TokenFamilyFilter.ForUser("alice");

        await schema.ExecuteAsync($"ALTER TABLE {schema.Table} ENABLE ROW LEVEL SECURITY");

        await IsOutageAsync(async () => await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = token, ClientId = "spa" }));
        await IsOutageAsync(async () => await engine.IntrospectAsync(new IntrospectRequest { RefreshToken = token }));
        await IsOutageAsync(async () => await engine.RevokeAsync(new RevokeRequest { RefreshToken = token, ClientId = "spa" }));
        await IsOutageAsync(async () => await families.ListAsync(alice));
        await IsOutageAsync(async () => await families.RevokeAsync(alice));
        await IsOutageAsync(async () => await families.DeleteAsync(alice));
        await TestHost.FailsAsync(() => TestHost.RunAsync(schema, role.ConnectionString), "Row level security hides rows of*BYPASSRLS*DISABLE ROW LEVEL SECURITY*");

        // The owner sees every row.
        await TestHost.RunAsync(schema);
        await schema.ExecuteAsync($"ALTER TABLE {schema.Table} DISABLE ROW LEVEL SECURITY");
        (await families.RevokeAsync(alice)).Should().Be(1);
    }

    private static Task IsOutageAsync(Func<Task> call) => FluentActions.Awaiting(call).Should().ThrowAsync<RefreshTokenUnavailableException>();

    private static async Task ExchangeAsync(IServiceProvider node)
    {
        var engine = node.GetRequiredService<IRefreshTokenService>();
        var issued = await engine.IssueAsync(new IssueRequest { Subject = "alice", ClientId = "spa", Device = new DeviceInfo { Name = "Zoë’s iPhone" } });
        (await engine.ExchangeAsync(new ExchangeRequest { RefreshToken = issued.RefreshToken, ClientId = "spa" })).Should().BeOfType<ExchangeResult.Succeeded>();
    }
}
