using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

/// <summary>Random operations: the store against the naive one, call for call, and against itself after parallel work.</summary>
[TestFixture]
internal sealed class ModelTests
{
    [Test]
    public async Task Every_answer_agrees_with_the_naive_store([Values(1, 2, 3, 4, 5, 6, 7, 8)] int seed)
    {
        var random = new RandomOperations(seed);
        var store = new InMemoryTokenStore();
        var naive = new NaiveStore();
        var known = new List<TokenFamily>();
        for (var step = 0; step < 1500; step++)
        {
            var because = $"seed {seed}, step {step}";
            if (known.Count == 0 || random.Next(3) == 0)
            {
                var repeat = known.Count > 0 && random.Next(10) == 0;
                var family = repeat ? known[random.Next(known.Count)] : random.Family((seed * 1_000_000) + known.Count);
                known.Add(family);
                var (cap, now) = (random.Next(8) + 1, random.Instant());
                (await store.AddAsync(family, cap, now)).Should().Equal(naive.Add(family, cap, now), because);
                continue;
            }

            await StepAsync(random, store, naive, known, because);
            if (step % 100 == 0)
            {
                Agree(store, naive, because);
            }
        }

        Agree(store, naive, $"seed {seed}, end");
        naive.Rows.Should().NotBeEmpty();
    }

    [Test]
    public async Task Indexes_agree_with_the_rows_after_parallel_random_work([Values(1, 2, 3, 4)] int seed)
    {
        const int Workers = 6;
        var store = new InMemoryTokenStore();
        using var start = new Barrier(Workers);

        await Threads.RunAsync(Workers, async worker =>
        {
            var random = new RandomOperations((seed * 100) + worker);
            var known = new List<TokenFamily> { random.Family((seed * 10_000_000) + (worker * 1_000_000)) };
            start.SignalAndWait();
            for (var step = 0; step < 1500; step++)
            {
                await WorkAsync(random, store, known, (seed * 10_000_000) + (worker * 1_000_000) + step);
            }
        });

        IndexChecks.ShouldAgree(store);

        foreach (var tenant in new[] { string.Empty, "t" })
        {
            await store.RevokeAsync(TokenFamilyFilter.ForTenant(tenant), delete: true);
        }

        store.Table.Counts.Should().Be((0, 0, 0, 0, 0), "an empty list leaves its index");
    }

    private static async Task StepAsync(RandomOperations random, InMemoryTokenStore store, NaiveStore naive, List<TokenFamily> known, string because)
    {
        var family = known[random.Next(known.Count)];
        switch (random.Next(12))
        {
            case 0:
                var (filter, revocation) = (random.Filter(known), random.Revocation());
                (await store.RevokeAsync(filter, revocation, CancellationToken.None)).Should().Be(naive.Revoke(filter, revocation), $"{because}: {filter}");
                break;
            case 1:
                await PruneAsync(random, store, naive, because);
                break;
            case 2 or 3:
                var query = new TokenFamilyQuery(
                    random.Filter(known), random.Next(2) == 0 ? family.Place() : null, random.Next(10) + 1, random.Instant());
                (await store.ListAsync(query, CancellationToken.None)).Should().Equal(naive.List(query), $"{because}: {query}");
                break;
            case 4:
                (await store.FindAsync(family)).Should().Be(naive.Find(family.Grant.LookupKey), because);
                break;
            default:
                var next = (naive.Find(family.Grant.LookupKey) ?? family).Rotated(random.Instant());
                var expected = next.Version - 1 - (random.Next(5) == 0 ? 1 : 0);
                (await store.CompareAndSwapAsync(next, expected, CancellationToken.None)).Should().Be(naive.CompareAndSwap(next, expected), because);
                break;
        }
    }

    /// <summary>Which of the ended rows a batch takes is the store's choice; how many, and that they had ended, is not.</summary>
    private static async Task PruneAsync(RandomOperations random, InMemoryTokenStore store, NaiveStore naive, string because)
    {
        var (before, limit) = (random.Instant(), random.Next(6) + 1);
        var prunable = naive.Prunable(before);

        (await store.PruneAsync(before, limit)).Should().Be(Math.Min(limit, prunable.Count), because);

        foreach (var row in prunable)
        {
            if (await store.FindAsync(row) is null)
            {
                naive.Remove(row);
            }
        }

        Agree(store, naive, because);
    }

    private static async Task WorkAsync(RandomOperations random, InMemoryTokenStore store, List<TokenFamily> known, int id)
    {
        var family = known[random.Next(known.Count)];
        switch (random.Next(10))
        {
            case < 4:
                var added = random.Family(id);
                known.Add(added);
                await store.AddAsync(added, random.Next(8) + 1, random.Instant());
                break;
            case 4:
                await store.RevokeAsync(random.Filter(known), random.Revocation(), CancellationToken.None);
                break;
            case 5:
                await store.PruneAsync(random.Instant(), random.Next(6) + 1);
                break;
            case 6:
                await store.ListAsync(random.Filter(known), limit: 5);
                break;
            default:
                if (await store.FindAsync(family) is { } row)
                {
                    await store.SwapAsync(row.Rotated(random.Instant()));
                }

                break;
        }
    }

    private static void Agree(InMemoryTokenStore store, NaiveStore naive, string because)
    {
        var rows = store.Table.Slots.Select(pair => pair.Value.Family).ToArray();
        rows.OfType<TokenFamily>().ShouldBe(naive.Rows, because);
        IndexChecks.ShouldAgree(store);
    }
}
