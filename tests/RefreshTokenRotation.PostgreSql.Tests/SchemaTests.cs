using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Testing;

namespace RefreshTokenRotation.PostgreSql.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class SchemaTests
{
    [Test]
    public async Task Host_that_may_create_the_schema_creates_it_at_start()
    {
        await using var schema = TestSchema.Missing();
        using var host = Host(schema, createSchema: true);

        await host.StartAsync();

        var store = host.Services.GetRequiredService<ITokenStore>();
        await store.AddAsync(Families.Create());
        (await VersionAsync(schema)).Should().Be(PostgreSqlSchema.CurrentVersion);
        await host.StopAsync();
    }

    [Test]
    public async Task Schema_is_created_by_the_first_calls_where_no_host_starts()
    {
        await using var schema = TestSchema.Missing();
        ServiceProvider[] nodes = [.. Enumerable.Range(0, 3).Select(_ => schema.Node(configure: options => options.CreateSchema = true))];

        await Task.WhenAll(nodes.SelectMany(node => Enumerable.Range(0, 4).Select(call => Task.Run(async () =>
        {
            if (call == 0)
            {
                (await node.GetRequiredService<IRotationPolicyManager>().GetAsync("spa")).Should().Be(RotationPolicy.Strict);
            }
            else
            {
                await node.GetRequiredService<ITokenStore>().AddAsync(Families.Create());
            }
        }))));

        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}")).Should().Be(9);
    }

    [Test]
    public async Task Host_that_may_not_create_the_schema_fails_at_start_with_an_instruction()
    {
        await using var schema = TestSchema.Missing();
        using var host = Host(schema, createSchema: false);

        (await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>())
            .WithMessage($"*version 0*version 4 is needed*GetScript(\"{schema.Name}\", \"refresh_token_families\", 0)*CreateSchema*");
    }

    [Test]
    public async Task Schema_created_by_many_nodes_at_once_is_created_once()
    {
        await using var schema = TestSchema.Missing();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => PostgreSqlSchema.ApplyAsync(schema.Source, schema.Name))));

        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}_schema")).Should().Be(PostgreSqlSchema.CurrentVersion);
    }

    [Test]
    public async Task Schema_of_version_1_with_rows_is_upgraded_in_place()
    {
        await using var schema = await TestSchema.CreateAsync();
        var family = Families.Create();
        await schema.Store().AddAsync(family);
        await schema.ExecuteAsync(
            $"ALTER TABLE {schema.Table} DROP COLUMN trail; DROP TABLE {schema.Table}_policies, {schema.Table}_replays; DELETE FROM {schema.Table}_schema WHERE version > 1");
        (await VersionAsync(schema)).Should().Be(1);
        using var host = Host(schema, createSchema: true);

        await host.StartAsync();

        (await VersionAsync(schema)).Should().Be(PostgreSqlSchema.CurrentVersion);
        (await schema.Store().FindAsync(family)).Should().BeEquivalentTo(family);
        var policies = host.Services.GetRequiredService<IRotationPolicyManager>();
        await policies.SetAsync("spa", RotationPolicy.Spa);
        (await policies.GetAsync("spa")).Leeway.Should().Be(RotationPolicy.Spa.Leeway);
        await host.StopAsync();
    }

    /// <summary>Nodes of the version before go on: their statements name the columns that they know.</summary>
    [Test]
    public async Task Schema_with_the_column_of_trails_is_used_by_older_nodes()
    {
        await using var schema = await TestSchema.CreateAsync();
        var family = Families.Create() with { Trail = new TokenTrail([1, 2, 3]) };
        await schema.Store().AddAsync(family);

        await schema.ExecuteAsync($"UPDATE {schema.Table} SET version = version + 1, generation = generation + 1");

        (await schema.Store().FindAsync(family)).Should().BeEquivalentTo(family with { Version = family.Version + 1, Generation = family.Generation + 1 });
    }

    [Test]
    public async Task Schema_of_a_newer_version_is_left_as_it_is()
    {
        await using var schema = await TestSchema.CreateAsync();
        await schema.ExecuteAsync($"INSERT INTO {schema.Table}_schema (version) VALUES (99)");
        using var host = Host(schema, createSchema: true);

        await host.StartAsync();

        (await VersionAsync(schema)).Should().Be(99);
        await host.StopAsync();
    }

    [Test]
    public async Task Script_for_the_administrator_creates_what_the_library_creates_and_may_run_twice()
    {
        await using var created = await TestSchema.CreateAsync();
        await using var scripted = TestSchema.Missing();
        var script = PostgreSqlSchema.GetScript(scripted.Name);
        await scripted.ExecuteAsync($"CREATE SCHEMA {scripted.Name}");
        await scripted.ExecuteAsync(script);
        await scripted.ExecuteAsync(script);

        (await DescribeAsync(scripted)).Should().Be(await DescribeAsync(created)).And.Contain("refresh_token_families_prune").And.Contain("refresh_token_families_replays_end");
        await scripted.Store().AddAsync(Families.Create());
    }

    [Test]
    public void Script_is_plain_sql_with_the_names_asked_for()
    {
        PostgreSqlSchema.GetScript().Should().Contain("CREATE TABLE IF NOT EXISTS public.refresh_token_families (");
        PostgreSqlSchema.GetScript("auth", "rt", fromVersion: 1).Should().Contain("CREATE TABLE IF NOT EXISTS \"auth\".rt_policies (")
            .And.Contain("CREATE TABLE IF NOT EXISTS \"auth\".rt_replays (").And.Contain("CREATE INDEX IF NOT EXISTS rt_replays_end")
            .And.NotContain("refresh_token_families").And.NotContain("\"auth\".rt (");
        PostgreSqlSchema.GetScript(fromVersion: PostgreSqlSchema.CurrentVersion).Should().BeEmpty();
    }

    [Test]
    public async Task Names_of_the_hosts_choice_are_used_by_every_statement()
    {
        await using var schema = TestSchema.Missing();
        await schema.ExecuteAsync("SELECT 1");
        using var host = Host(schema, createSchema: true, options => options.TableName = "user");
        await host.StartAsync();
        var store = host.Services.GetRequiredService<ITokenStore>();
        var family = Families.Create();
        await store.AddAsync(family);
        await store.SwapAsync(Families.Rotated(family));
        await store.RevokeAsync(TokenFamilyFilter.ForUser("alice"));

        (await store.PruneAsync(Families.Now.AddDays(1), 10, CancellationToken.None)).Should().Be(1);
        await host.Services.GetRequiredService<IRotationPolicyManager>().SetAsync("spa", RotationPolicy.Spa);
        await host.StopAsync();
    }

    [Test]
    public async Task Host_that_has_replaced_both_stores_needs_no_tables_and_no_server()
    {
        using var host = TestHost.Create(services => services.AddRefreshTokenRotation().UsePostgreSql("Host=127.0.0.1;Port=1")
            .UseTokenStore<InMemoryTokenStore>().UsePolicyStore<InMemoryRotationPolicyStore>());

        await host.StartAsync();

        host.Services.GetRequiredService<ITokenStore>().Should().BeOfType<InMemoryTokenStore>();
        await host.StopAsync();
    }

    [Test]
    public async Task Host_that_still_uses_one_of_the_stores_needs_the_tables([Values("token store", "policy store", "decorated")] string used)
    {
        await using var schema = TestSchema.Missing();
        using var host = TestHost.Create(services =>
        {
            var builder = services.AddRefreshTokenRotation().UsePostgreSql(schema.Source, options => options.SchemaName = schema.Name);
            switch (used)
            {
                case "token store":
                    builder.UsePolicyStore<InMemoryRotationPolicyStore>();
                    break;
                case "policy store":
                    builder.UseTokenStore<InMemoryTokenStore>();
                    break;
                default:
                    builder.UsePolicyStore<InMemoryRotationPolicyStore>();
                    var inner = services.Single(service => service.ServiceType == typeof(ITokenStore)).ImplementationFactory!;
                    services.AddSingleton<ITokenStore>(provider => new FaultingTokenStore((ITokenStore)inner(provider)));
                    break;
            }
        });

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*version 0*version 4 is needed*");
    }

    private static IHost Host(TestSchema schema, bool createSchema, Action<PostgreSqlStoreOptions>? configure = null)
    {
        return TestHost.Create(services =>
        {
            services.AddSingleton(schema.Source);
            services.AddRefreshTokenRotation().UsePostgreSql(options =>
            {
                options.SchemaName = schema.Name;
                options.CreateSchema = createSchema;
                configure?.Invoke(options);
            });
        });
    }

    private static Task<int> VersionAsync(TestSchema schema) => schema.ScalarAsync<int>($"SELECT max(version) FROM {schema.Table}_schema");

    /// <summary>Columns, indexes and settings, without the name of the schema.</summary>
    private static async Task<string> DescribeAsync(TestSchema schema)
    {
        var text = await schema.ScalarAsync<string>(
            $"""
            SELECT string_agg(line, E'\n' ORDER BY line) FROM (
                SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '') AS line
                FROM information_schema.columns WHERE table_schema = '{schema.Name}'
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '{schema.Name}'
                UNION ALL SELECT relname || array_to_string(reloptions, ',') FROM pg_class WHERE relnamespace = '{schema.Name}'::regnamespace) AS lines
            """);
        return text.Replace(schema.Name, "s", StringComparison.Ordinal);
    }
}
