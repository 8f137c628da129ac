using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RefreshTokenRotation.Internal;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Internal;

[TestFixture]
internal sealed class PruningServiceTests
{
    [Test]
    public async Task Families_that_ended_before_the_retention_are_deleted_in_batches()
    {
        using var store = new CountingStore();
        await using var node = await Node.StartAsync(store, options =>
        {
            options.Retention = TimeSpan.FromMinutes(30);
            options.BatchSize = 2;
            options.BatchPause = TimeSpan.FromSeconds(1);
        });
        await node.IssueAsync(5);
        await node.Families.RevokeAsync(TokenFamilyFilter.ForUser("user"), RevocationReason.User);
        node.Time.Advance(TimeSpan.FromMinutes(45));
        await node.IssueAsync(3);
        await node.Families.RevokeAsync(TokenFamilyFilter.ForUser("user"), RevocationReason.User);
        var living = await node.IssueAsync(1);

        node.Time.Advance(TimeSpan.FromMinutes(21));
        for (var batch = 1; batch <= 3; batch++)
        {
            await node.PrunedAsync(store, batch);
            node.Time.Advance(TimeSpan.FromSeconds(1));
        }

        store.Pruned.Should().Equal(2, 2, 1);
        (await node.Families.FindAsync(living)).Should().NotBeNull();
        (await node.CountAsync()).Should().Be(4, "one lives, and three ended within the retention");
    }

    [Test]
    public async Task A_store_that_fails_is_tried_again_at_the_next_interval_and_stops_no_host()
    {
        using var store = new CountingStore { Fails = true };
        await using var node = await Node.StartAsync(store, options => options.Retention = TimeSpan.Zero);

        node.Time.Advance(TimeSpan.FromHours(1.1));
        await node.PrunedAsync(store, 1);
        store.Fails = false;
        node.Time.Advance(TimeSpan.FromHours(1.1));
        await node.PrunedAsync(store, 2);

        store.Pruned.Should().Equal(0);
    }

    [Test]
    public async Task Host_that_is_disposed_without_being_stopped_sees_no_failure()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var time = new FakeTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddRefreshTokenRotation();
        var host = builder.Build();
        await host.StartAsync();
        await time.WhenTimerArmedAsync().WaitAsync(Eventually.Patience); // it has begun
        var service = host.Services.GetServices<IHostedService>().OfType<PruningService>().Single();

        host.Dispose();
        await service.ExecuteTask!;

        service.ExecuteTask!.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Test]
    public async Task Host_prunes_unless_it_is_told_not_to([Values] bool enabled)
    {
        var time = new FakeTime();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddRefreshTokenRotation().ConfigurePruning(options => options.Enabled = enabled);
        await using var provider = services.BuildServiceProvider();
        var pruning = provider.GetServices<IHostedService>().OfType<BackgroundService>().Single();

        await pruning.StartAsync(CancellationToken.None);

        // A service that is on waits for its first run; one that is off ends.
        await (enabled ? time.WhenTimerArmedAsync() : pruning.ExecuteTask!).WaitAsync(Eventually.Patience);
        provider.GetRequiredService<IOptions<PruningOptions>>().Value.Retention.Should().Be(TimeSpan.FromDays(7));
        await pruning.StopAsync(CancellationToken.None);
    }

    [Test]
    public void Nodes_that_start_together_do_not_run_together()
    {
        // The interval is an hour; what each node adds at random is below a tenth of it.
        var delays = Enumerable.Range(0, 100).Select(_ => Node.FirstDelay()).ToList();

        delays.Should().OnlyContain(delay => delay >= TimeSpan.FromHours(1) && delay <= TimeSpan.FromHours(1.1));
        delays.Distinct().Should().HaveCountGreaterThan(90);
    }

    [TestCase(nameof(PruningOptions.Retention), "-00:00:01", "00:00:00")]
    [TestCase(nameof(PruningOptions.Interval), "00:00:59", "00:01:00")]
    [TestCase(nameof(PruningOptions.Interval), "8.00:00:00", "7.00:00:00")]
    [TestCase(nameof(PruningOptions.BatchPause), "00:02:00", "00:01:00")]
    public void Options_out_of_bounds_are_refused_by_name_value_and_bound(string option, string value, string bound)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().ConfigurePruning(options =>
            typeof(PruningOptions).GetProperty(option)!.SetValue(options, TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));
        using var provider = services.BuildServiceProvider();

        var read = () => provider.GetRequiredService<IOptions<PruningOptions>>().Value;

        read.Should().Throw<OptionsValidationException>().Which.Message.Should().ContainAll(option, value, bound);
    }

    [Test]
    public void Batch_size_out_of_bounds_is_refused([Values(0, 10_001)] int size)
    {
        var services = new ServiceCollection();
        services.AddRefreshTokenRotation().ConfigurePruning(options => options.BatchSize = size);
        using var provider = services.BuildServiceProvider();

        var read = () => provider.GetRequiredService<IOptions<PruningOptions>>().Value;

        read.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain("BatchSize").And.Contain("10000");
    }

    /// <summary>A host with pruning, on a fake clock.</summary>
    private sealed class Node : IAsyncDisposable
    {
        private readonly ServiceProvider _provider;
        private readonly ITokenStore _store;

        private Node(ITokenStore store, Action<PruningOptions> configure)
        {
            _store = store;
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(Time).AddSingleton(store);
            services.AddRefreshTokenRotation().ConfigurePruning(configure);
            _provider = services.BuildServiceProvider();
        }

        public FakeTime Time { get; } = new();

        public ITokenFamilyManager Families => _provider.GetRequiredService<ITokenFamilyManager>();

        public static async Task<Node> StartAsync(ITokenStore store, Action<PruningOptions> configure)
        {
            var node = new Node(store, configure);
            foreach (var service in node._provider.GetServices<IHostedService>())
            {
                await service.StartAsync(CancellationToken.None);
            }

            await node.Time.WhenTimerArmedAsync().WaitAsync(Eventually.Patience);
            return node;
        }

        public static TimeSpan FirstDelay()
        {
            using var store = new CountingStore();
            var time = new DueTimeRecorder();
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(time).AddSingleton<ITokenStore>(store);
            services.AddRefreshTokenRotation();
            using var provider = services.BuildServiceProvider();
            var pruning = provider.GetServices<IHostedService>().OfType<BackgroundService>().Single();
            pruning.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
            time.WhenTimer.GetAwaiter().GetResult();
            pruning.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
            return time.WhenTimer.Result;
        }

        public async Task<Guid> IssueAsync(int count)
        {
            var tokens = _provider.GetRequiredService<IRefreshTokenService>();
            var last = Guid.Empty;
            for (var i = 0; i < count; i++)
            {
                last = (await tokens.IssueAsync(new IssueRequest { Subject = "user", ClientId = "client" })).Family.FamilyId;
            }

            return last;
        }

        /// <summary>Waits for this many calls in all, and for the service to wait again.</summary>
        public async Task PrunedAsync(CountingStore store, int calls)
        {
            await store.CallsAsync(calls);
            await Time.WhenTimerArmedAsync().WaitAsync(Eventually.Patience);
        }

        public async Task<int> CountAsync() =>
            (await _store.ListAsync(new TokenFamilyQuery(TokenFamilyFilter.ForTenant(""), null, 1000, Time.GetUtcNow()), CancellationToken.None)).Count;

        public async ValueTask DisposeAsync()
        {
            foreach (var service in _provider.GetServices<IHostedService>())
            {
                await service.StopAsync(CancellationToken.None);
            }

            await _provider.DisposeAsync();
        }
    }
}
