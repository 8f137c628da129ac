using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RefreshTokenRotation.EntityFrameworkCore.Internal;
using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>Used proofs and assertions in the database, from several nodes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReplayStoreTests
{
    [TestCase(ContextKind.Own)]
    [TestCase(ContextKind.Scoped)]
    public Task Key_works_once_over_all_nodes_until_it_expires(ContextKind kind) => RunAsync(kind, ReplayStoreCases.Key_works_once_over_all_nodes_until_it_expiresAsync);

    [Test]
    public Task Question_stores_nothing() => RunAsync(ContextKind.Own, ReplayStoreCases.Question_stores_nothingAsync);

    [Test]
    public Task Parallel_uses_of_one_key_succeed_once() => RunAsync(ContextKind.Pool, ReplayStoreCases.Parallel_uses_of_one_key_succeed_onceAsync);

    [Test]
    public async Task Expired_keys_are_deleted_by_later_adds()
    {
        await using var database = await TestDatabase.CreateAsync();
        var time = new FakeTime();

        await ReplayStoreCases.Expired_keys_are_deleted_by_later_addsAsync(
            () => Node(database, time), time, () => database.ScalarAsync<long>($"SELECT count(*) FROM {database.Name}.\"RefreshTokenReplays\""));
    }

    [Test]
    public async Task Database_that_is_down_is_an_outage_and_says_nothing_of_the_key()
    {
        await using var database = await TestDatabase.EmptyAsync();
        var store = Node(database, new FakeTime());
        var key = new ReplayKey(ReplayPurpose.DPoPProof, "o", new string('A', 43));

        await FluentActions.Awaiting(() => store.TryAddAsync(key, DateTimeOffset.UnixEpoch, CancellationToken.None).AsTask()).Should().ThrowAsync<Exception>();
        await FluentActions.Awaiting(() => store.ContainsAsync(key, CancellationToken.None).AsTask()).Should().ThrowAsync<Exception>();
    }

    [Test]
    public async Task Start_tries_the_table_where_it_is_used_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"DROP TABLE {database.Name}.\"RefreshTokenReplays\"");

        using var without = Host(builder => database.Use(builder));
        using var with = Host(builder =>
        {
            database.Use(builder);
            builder.UseEntityFrameworkCoreReplayStore();
        });

        await without.StartAsync();
        await without.StopAsync();
        await FluentActions.Awaiting(() => with.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*can't be read*");
    }

    [Test]
    public async Task Model_without_the_table_is_refused_by_a_message_that_names_the_option()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var host = Host(builder =>
        {
            builder.Services.AddDbContextFactory<BareDbContext>(options => options.UseNpgsql(database.ConnectionString));
            builder.UseEntityFrameworkCore<BareDbContext>().UseEntityFrameworkCoreReplayStore();
        });

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*BareDbContext*ReplaysTable*");
    }

    [Test]
    public void Store_without_its_database_says_what_is_missing()
    {
        using var provider = new ServiceCollection().AddRefreshTokenRotation().UseEntityFrameworkCoreReplayStore().Services.BuildServiceProvider();

        provider.Invoking(services => services.GetRequiredService<IReplayStore>()).Should().Throw<InvalidOperationException>().WithMessage("*UseEntityFrameworkCore()*");
    }

    [Test]
    public async Task Host_that_has_replaced_every_store_needs_no_database()
    {
        using var host = Host(builder => builder.UseEntityFrameworkCore(options => options.UseNpgsql("Host=127.0.0.1;Port=1"))
            .UseTokenStore<InMemoryTokenStore>().UsePolicyStore<InMemoryRotationPolicyStore>());

        await host.StartAsync();
        await host.StopAsync();
    }

    [Test]
    public async Task Host_that_still_uses_one_of_the_stores_needs_the_tables([Values("policy store", "decorated", "replay store")] string used)
    {
        await using var database = await TestDatabase.EmptyAsync();
        using var host = Host(builder =>
        {
            database.Use(builder);
            var inner = builder.Services.Single(service => service.ServiceType == typeof(ITokenStore)).ImplementationFactory!;
            builder.UseTokenStore<InMemoryTokenStore>();
            if (used == "decorated")
            {
                builder.UseTokenStore(provider => new Testing.FaultingTokenStore((ITokenStore)inner(provider)));
            }

            if (used != "policy store")
            {
                builder.UsePolicyStore<InMemoryRotationPolicyStore>();
            }

            if (used == "replay store")
            {
                builder.UseEntityFrameworkCoreReplayStore();
            }
        });

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>().WithMessage("*can't be read*");
    }

    private static IReplayStore Node(TestDatabase database, FakeTime time)
    {
        var node = database.Node(time: time);
        return new EntityFrameworkCoreReplayStore(node.GetRequiredService<ContextSource>(), new EntityFrameworkCoreStoreOptions(), time);
    }

    private static async Task RunAsync(ContextKind kind, Func<Func<IReplayStore>, FakeTime, Task> run)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var time = new FakeTime();
        await run(() => Node(database, time), time);
    }

    private static IHost Host(Action<RefreshTokenRotationBuilder> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services.AddRefreshTokenRotation());
        return builder.Build();
    }

    private sealed class BareDbContext(DbContextOptions<BareDbContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddRefreshTokenRotation();
    }
}
