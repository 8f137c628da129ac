using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>The cap under parallel adds, alone and among every other write.</summary>
[TestFixture]
internal sealed class EvictionRaceTests
{
    private const int Seed = 4711;
    private static readonly DateTimeOffset T = FakeTime.Start;
    private static readonly TokenFamilyFilter Active = new() { Subject = "alice", ClientId = "spa", State = FamilyState.Active };

    private InMemoryTokenStore _store = null!;

    [SetUp]
    public void SetUp() => _store = new InMemoryTokenStore();

    [Test]
    public async Task Parallel_adds_leave_exactly_the_cap_and_report_each_eviction_once([Values(1, 5, 200)] int cap)
    {
        const int Adders = 8;
        const int Each = 150;
        using var start = new Barrier(Adders);
        var families = Enumerable.Range(0, Adders * Each).Select(i => Rows.New(createdAt: T.AddTicks(i % 97))).ToArray();

        var evicted = (await Threads.RunAsync(Adders, async adder =>
        {
            var seen = new List<TokenFamily>();
            start.SignalAndWait();
            foreach (var family in families.Skip(adder * Each).Take(Each))
            {
                seen.AddRange(await _store.AddAsync(family, cap));
                (await _store.ListAsync(Active)).Count.Should().BeLessThanOrEqualTo(cap);
            }

            return seen;
        })).SelectMany(seen => seen).ToArray();

        var left = await _store.ListAsync(Active);
        left.Should().HaveCount(cap);
        evicted.Concat(left).ShouldBe(families);
    }

    [Test]
    public async Task Cap_holds_at_every_moment_among_swaps_revocations_deletes_and_prunes([Values(1, 5, 200)] int cap)
    {
        const int Adders = 4;
        using var stop = new CancellationTokenSource();
        var added = new System.Collections.Concurrent.ConcurrentBag<TokenFamily>();

        var watcher = WhileAsync(stop, async _ =>
            (await _store.ListAsync(Active)).Count.Should().BeLessThanOrEqualTo(cap, $"seed {Seed}"));
        var noise = WhileAsync(stop, async random =>
        {
            var rows = await _store.ListAsync(Active, limit: 20);
            if (rows.Count == 0)
            {
                return;
            }

            var row = rows[random.Next(rows.Count)];
            _ = random.Next(8) switch
            {
                0 => await _store.RevokeAsync(TokenFamilyFilter.ForFamily(row.Grant.FamilyId)),
                1 => await _store.RevokeAsync(TokenFamilyFilter.ForFamily(row.Grant.FamilyId), delete: true),
                2 => await _store.PruneAsync(T.AddSeconds(1), 3),
                _ => await _store.SwapAsync(row.Rotated(T.AddTicks(random.Next(1000)))) ? 1 : 0,
            };
        });
        var adders = Threads.RunAsync(Adders, async adder =>
        {
            var random = new Random(Seed + adder);
            for (var i = 0; i < 300; i++)
            {
                var family = Rows.New(createdAt: T.AddTicks(random.Next(1000)));
                await _store.AddAsync(family, cap);
                added.Add(family);
            }
        });

        await adders;
        await stop.CancelAsync();
        await Task.WhenAll(watcher, noise);

        (await _store.ListAsync(Active)).Count.Should().BeLessThanOrEqualTo(cap);
        (await _store.AddAsync(Rows.New(createdAt: T.AddDays(1)), cap)).Count.Should().BeLessThanOrEqualTo(1);
        IndexChecks.ShouldAgree(_store);
        added.Should().HaveCount(Adders * 300);
    }

    [Test]
    public async Task Victim_that_was_swapped_since_it_was_chosen_is_spared_and_another_goes()
    {
        // The swapper makes the oldest family the newest again and again; it may only go while it is the oldest.
        const int Rounds = 400;
        for (var round = 0; round < Rounds; round++)
        {
            var store = new InMemoryTokenStore();
            var old = Rows.New(createdAt: T);
            var other = Rows.New(createdAt: T.AddSeconds(1));
            await store.AddAllAsync(old, other);
            using var start = new Barrier(2);

            var swap = Task.Run(() =>
            {
                start.SignalAndWait();
                return store.SwapAsync(old.Rotated(T.AddHours(1)));
            });
            start.SignalAndWait();
            var evicted = await store.AddAsync(Rows.New(createdAt: T.AddMinutes(1)), cap: 2, now: T.AddHours(1));

            var expected = await swap ? other : old;
            evicted.Should().Equal([expected], $"round {round}: the victim is the oldest at the moment of its end");
        }
    }

    private static Task WhileAsync(CancellationTokenSource stop, Func<Random, Task> body) =>
        Threads.RunAsync(1, async _ =>
        {
            var random = new Random(Seed);
            while (!stop.IsCancellationRequested)
            {
                await body(random);
            }
        });
}
