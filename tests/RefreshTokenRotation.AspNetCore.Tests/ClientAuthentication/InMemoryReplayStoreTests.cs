using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.AspNetCore.Tests.ClientAuthentication;

[TestFixture]
internal sealed class InMemoryReplayStoreTests
{
    private FakeTime _time = null!;

    [SetUp]
    public void SetUp() => _time = new FakeTime();

    [Test]
    public async Task Key_can_be_used_once_until_it_expires()
    {
        var store = new InMemoryReplayStore(_time);

        (await AddAsync(store, "a")).Should().BeTrue();
        (await AddAsync(store, "a")).Should().BeFalse();
        (await AddAsync(store, "A")).Should().BeTrue("case counts");
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        (await AddAsync(store, "a")).Should().BeFalse();
        _time.Advance(TimeSpan.FromTicks(1));
        (await AddAsync(store, "a")).Should().BeTrue();
    }

    [Test]
    public async Task Expired_keys_take_no_memory()
    {
        var store = new InMemoryReplayStore(_time);
        for (var i = 0; i < 1000; i++)
        {
            await AddAsync(store, $"{i}");
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(store, "next");

        store.Count.Should().Be(1);
    }

    [Test]
    public async Task Full_store_forgets_nothing_and_takes_keys_again_when_others_expire()
    {
        var store = new InMemoryReplayStore(_time, capacity: 2, share: 2);
        await AddAsync(store, "a");
        await AddAsync(store, "b");

        await FluentActions.Awaiting(() => AddAsync(store, "c")).Should().ThrowAsync<RefreshTokenUnavailableException>();
        (await AddAsync(store, "a")).Should().BeFalse("a replay is told from an outage also when the store is full");

        _time.Advance(TimeSpan.FromMinutes(1));
        (await AddAsync(store, "c")).Should().BeTrue();
    }

    [Test]
    public async Task Neither_one_owner_nor_one_purpose_fills_the_room_of_others()
    {
        var store = new InMemoryReplayStore(_time, capacity: 4, share: 2);
        await AddAsync(store, "a", owner: "greedy");
        await AddAsync(store, "b", owner: "greedy");

        await FluentActions.Awaiting(() => AddAsync(store, "c", owner: "greedy")).Should().ThrowAsync<RefreshTokenUnavailableException>();
        (await AddAsync(store, "d", owner: "x")).Should().BeTrue();
        (await AddAsync(store, "e", owner: "y")).Should().BeTrue();
        await FluentActions.Awaiting(() => AddAsync(store, "f", owner: "z")).Should().ThrowAsync<RefreshTokenUnavailableException>();
        (await AddAsync(store, "g", ReplayPurpose.ClientAssertion)).Should().BeTrue("assertions have a room of their own");

        _time.Advance(TimeSpan.FromMinutes(1));
        (await AddAsync(store, "h", owner: "greedy")).Should().BeTrue();
    }

    [Test]
    public async Task Question_stores_nothing()
    {
        var store = new InMemoryReplayStore(_time);
        var key = new ReplayKey(ReplayPurpose.DPoPProof, "o", "a");

        (await store.ContainsAsync(key, CancellationToken.None)).Should().BeFalse();
        store.Count.Should().Be(0);
        await AddAsync(store, "a");
        (await store.ContainsAsync(key, CancellationToken.None)).Should().BeTrue();
        _time.Advance(TimeSpan.FromMinutes(1));
        (await store.ContainsAsync(key, CancellationToken.None)).Should().BeFalse();
    }

    [Test]
    public async Task Parallel_uses_of_one_key_succeed_once()
    {
        var store = new InMemoryReplayStore(_time);
        for (var round = 0; round < 200; round++)
        {
            using var start = new Barrier(4);
            var results = await Threads.RunAsync(4, _ =>
            {
                start.SignalAndWait();
                return AddAsync(store, $"{round}");
            });
            results.Count(added => added).Should().Be(1);
        }
    }

    private async Task<bool> AddAsync(InMemoryReplayStore store, string key, ReplayPurpose purpose = ReplayPurpose.DPoPProof, string owner = "o") =>
        await store.TryAddAsync(new ReplayKey(purpose, owner, key), _time.GetUtcNow().AddMinutes(1), CancellationToken.None);
}
