using System.Transactions;
using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RotationPolicyCacheTests
{
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(5);
    private static readonly RotationPolicy Spa = RotationPolicy.Spa;
    private static readonly RotationPolicy Mobile = RotationPolicy.Mobile;

    private readonly FakeTime _time = new();
    private readonly SlowPolicyStore _inner = new();

    [Test]
    public async Task Policy_is_served_for_the_cache_time_and_no_longer([Values] bool isThere)
    {
        var cache = Cache();
        _inner.Policies["spa"] = isThere ? Spa : null;
        (await FindAsync(cache)).Should().Be(_inner.Policies["spa"]);
        _inner.Policies["spa"] = Mobile;

        _time.Advance(CacheTime - TimeSpan.FromTicks(1));
        (await FindAsync(cache)).Should().Be(isThere ? Spa : null);
        _inner.Reads.Should().Be(1);
        _time.Advance(TimeSpan.FromTicks(1));
        (await FindAsync(cache)).Should().BeSameAs(Mobile);
    }

    [Test]
    public async Task Time_counts_from_the_beginning_of_the_read()
    {
        var cache = Cache();
        _inner.Hold();
        var slow = FindAsync(cache);
        _time.Advance(CacheTime);
        _inner.Release();
        await slow;
        _inner.Policies["spa"] = Spa;

        (await FindAsync(cache)).Should().BeSameAs(Spa);
    }

    [Test]
    public async Task Policies_of_tenants_and_clients_are_kept_apart()
    {
        var cache = Cache();
        foreach (var (tenant, client) in new[] { ("a", "spa"), ("b", "spa"), ("a", "Spa"), ("A", "spa") })
        {
            await cache.FindAsync(client, tenant, CancellationToken.None);
            await cache.FindAsync(client, tenant, CancellationToken.None);
        }

        _inner.Asked.Should().Equal(("a", "spa"), ("b", "spa"), ("a", "Spa"), ("A", "spa"));
    }

    [Test]
    public async Task Parallel_finds_make_one_read([Values] bool isExpired)
    {
        var cache = Cache();
        _inner.Policies["spa"] = Mobile;
        if (isExpired)
        {
            await FindAsync(cache);
            _time.Advance(CacheTime);
        }

        var before = _inner.Reads;
        _inner.Policies["spa"] = Spa;
        _inner.Hold();
        var callers = Enumerable.Range(0, 16).Select(_ => FindAsync(cache)).ToArray();
        _inner.Release();

        (await Task.WhenAll(callers)).Should().AllSatisfy(policy => policy.Should().BeSameAs(Spa));
        _inner.Reads.Should().Be(before + 1);
    }

    [Test]
    public async Task Finds_that_begin_at_one_moment_make_one_read()
    {
        const int Rounds = 2_000;
        var cache = Cache();
        using var round = new Barrier(4);
        _inner.Hold();
        var finds = await Threads.RunAsync(round.ParticipantCount, _ =>
        {
            var begun = new List<Task>();
            for (var i = 0; i < Rounds; i++)
            {
                round.SignalAndWait();
                begun.Add(FindAsync(cache, $"client-{i}"));
            }

            return Task.FromResult(begun);
        });
        _inner.Release();

        await Task.WhenAll(finds.SelectMany(begun => begun));
        _inner.Reads.Should().Be(Rounds);
    }

    [Test]
    public async Task Read_that_fails_fails_its_callers_and_is_not_kept()
    {
        var cache = Cache();
        _inner.Hold();
        var callers = Enumerable.Range(0, 3).Select(_ => FindAsync(cache)).ToArray();
        _inner.Release(new TimeoutException("away"));
        foreach (var caller in callers)
        {
            await FluentActions.Awaiting(() => caller).Should().ThrowAsync<TimeoutException>().WithMessage("away");
        }

        _inner.Policies["spa"] = Spa;
        (await FindAsync(cache)).Should().BeSameAs(Spa);
        _inner.Reads.Should().Be(2);
    }

    [Test]
    public async Task Caller_who_cancels_leaves_the_others_the_read([Values] bool isFirst)
    {
        var cache = Cache();
        _inner.Policies["spa"] = Spa;
        _inner.Hold();
        using var cancellation = new CancellationTokenSource();
        var first = FindAsync(cache, cancellationToken: isFirst ? cancellation.Token : default);
        var second = FindAsync(cache, cancellationToken: isFirst ? default : cancellation.Token);

        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => isFirst ? first : second).Should().ThrowAsync<OperationCanceledException>();
        _inner.Release();
        (await (isFirst ? second : first)).Should().BeSameAs(Spa);
        _inner.Reads.Should().Be(1);
    }

    [Test]
    public async Task Caller_who_has_cancelled_already_begins_no_read()
    {
        await FluentActions.Awaiting(() => FindAsync(Cache(), cancellationToken: new CancellationToken(canceled: true))).Should().ThrowAsync<OperationCanceledException>();

        _inner.Reads.Should().Be(0);
    }

    [Test]
    public async Task Read_takes_no_part_in_a_transaction_of_its_caller()
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);

        await FindAsync(Cache());

        _inner.SawTransaction.Should().BeFalse();
        Transaction.Current.Should().NotBeNull();
    }

    [Test]
    public async Task No_cache_time_asks_the_store_each_time()
    {
        var cache = new RotationPolicyCache(_inner, TimeSpan.Zero, _time);
        await FindAsync(cache);
        await FindAsync(cache);

        _inner.Reads.Should().Be(2);
    }

    [Test]
    public async Task Number_of_entries_is_bounded()
    {
        const int Bound = 100_000;
        var cache = Cache();
        for (var i = 0; i < Bound; i++)
        {
            await FindAsync(cache, client: $"made-up-{i}");
        }

        await FindAsync(cache, client: "made-up-0");
        _inner.Reads.Should().Be(Bound, "all are kept up to the bound");
        await FindAsync(cache, client: "one more");
        await FindAsync(cache, client: "made-up-0");
        _inner.Reads.Should().Be(Bound + 2, "room was made");
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        FluentActions.Invoking(() => new RotationPolicyCache(null!, CacheTime, _time)).Should().Throw<ArgumentNullException>().WithParameterName("inner");
        FluentActions.Invoking(() => new RotationPolicyCache(_inner, CacheTime, null!)).Should().Throw<ArgumentNullException>().WithParameterName("time");
        FluentActions.Invoking(() => new RotationPolicyCache(_inner, TimeSpan.FromTicks(-1), _time))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("cacheTime");
    }

    private static Task<RotationPolicy?> FindAsync(
        RotationPolicyCache cache, string client = "spa", CancellationToken cancellationToken = default) =>
        cache.FindAsync(client, string.Empty, cancellationToken).AsTask();

    private RotationPolicyCache Cache() => new(_inner, CacheTime, _time);
}
