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
        // A cap that was lowered by half makes the step long, so that rotations fall between choice and end of most victims.
        const int Rounds = 25;
        const int Count = 2000;
        for (var round = 0; round < Rounds; round++)
        {
            var store = new InMemoryTokenStore();
            var families = Enumerable.Range(0, Count).Select(i => Rows.New(createdAt: T.AddTicks(i))).ToArray();
            await store.AddAllAsync(families);
            var rotations = families[500..1000].Reverse().Select(family => family.Rotated(T.AddHours(1))).ToArray();
            using var start = new ManualResetEventSlim();

            var swaps = Threads.RunAsync(1, async _ =>
            {
                var swapped = new HashSet<Guid>();
                foreach (var rotation in rotations)
                {
                    if (await store.SwapAsync(rotation))
                    {
                        swapped.Add(rotation.Grant.FamilyId);
                    }

                    start.Set();
                }

                return swapped;
            });
            start.Wait();
            var evicted = await store.AddAsync(Rows.New(createdAt: T.AddMinutes(1)), cap: Count / 2, now: T.AddHours(1));

            var spared = (await swaps)[0];
            evicted.Count(row => spared.Contains(row.Grant.FamilyId)).Should().Be(0, $"round {round}: what was rotated in time is not the oldest");
            evicted.Should().HaveCount((Count / 2) + 1);
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
