using Microsoft.Extensions.DependencyInjection;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.PostgreSql.Tests;

/// <summary>Used proofs and assertions in the database, from several nodes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReplayStoreTests
{
    [Test]
    public Task Key_works_once_over_all_nodes_until_it_expires() => RunAsync(ReplayStoreCases.Key_works_once_over_all_nodes_until_it_expiresAsync);

    [Test]
    public Task Question_stores_nothing() => RunAsync(ReplayStoreCases.Question_stores_nothingAsync);

    [Test]
    public Task Parallel_uses_of_one_key_succeed_once() => RunAsync(ReplayStoreCases.Parallel_uses_of_one_key_succeed_onceAsync);

    [Test]
    public async Task Expired_keys_are_deleted_by_later_adds()
    {
        await using var schema = await TestSchema.CreateAsync();
        var time = new FakeTime();

        await ReplayStoreCases.Expired_keys_are_deleted_by_later_addsAsync(
            () => Node(schema, time), time, () => schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}_replays"));
    }

    [Test]
    public async Task Start_tries_the_table_where_it_is_used_alone()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var role = await TestRole.CreateAsync(schema);
        await role.GrantAsync();
        await schema.ExecuteAsync($"REVOKE UPDATE ON {schema.Table}_replays FROM {role.Name}");

        await TestHost.RunAsync(schema, role.ConnectionString);
        using var host = TestHost.Create(services => services.AddRefreshTokenRotation()
            .UsePostgreSql(role.ConnectionString, options => options.SchemaName = schema.Name)
            .UseTokenStore<InMemoryTokenStore>().UsePolicyStore<InMemoryRotationPolicyStore>().UsePostgreSqlReplayStore());

        await TestHost.FailsAsync(() => host.StartAsync(), "*lacks a right*_replays TO*permission denied for table refresh_token_families_replays (42501)");
        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}_replays")).Should().Be(0);
    }

    [Test]
    public async Task Start_leaves_nothing()
    {
        await using var schema = await TestSchema.CreateAsync();
        using var host = TestHost.Create(services => services.AddRefreshTokenRotation()
            .UsePostgreSql(schema.ConnectionString, options => options.SchemaName = schema.Name).UsePostgreSqlReplayStore());

        await host.StartAsync();
        await host.StopAsync();

        (await schema.ScalarAsync<long>($"SELECT count(*) FROM {schema.Table}_replays")).Should().Be(0);
    }

    [Test]
    public void Store_without_its_database_says_what_is_missing()
    {
        using var provider = new ServiceCollection().AddRefreshTokenRotation().UsePostgreSqlReplayStore().Services.BuildServiceProvider();

        provider.Invoking(services => services.GetRequiredService<IReplayStore>()).Should().Throw<InvalidOperationException>().WithMessage("*UsePostgreSql()*");
    }

    private static IReplayStore Node(TestSchema schema, FakeTime time)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.AddRefreshTokenRotation().UsePostgreSqlReplayStore().UsePostgreSql(schema.ConnectionString, options => options.SchemaName = schema.Name);
        return schema.Keep(services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true })).GetRequiredService<IReplayStore>();
    }

    private static async Task RunAsync(Func<Func<IReplayStore>, FakeTime, Task> run)
    {
        await using var schema = await TestSchema.CreateAsync();
        var time = new FakeTime();
        await run(() => Node(schema, time), time);
    }
}
