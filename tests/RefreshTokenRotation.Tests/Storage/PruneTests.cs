using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[TestFixture]
internal sealed class PruneTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;

    private InMemoryTokenStore _store = null!;

    [SetUp]
    public void SetUp() => _store = new InMemoryTokenStore();

    private static IEnumerable<TestCaseData> Ends()
    {
        yield return new TestCaseData((DateTimeOffset at) => Rows.New().Revoke(at, RevocationReason.User)).SetArgDisplayNames("revoked");
        yield return new TestCaseData((DateTimeOffset at) => Rows.New() with { AbsoluteExpiresAt = at }).SetArgDisplayNames("absolute");
        yield return new TestCaseData((DateTimeOffset at) => Rows.New() with { IdleExpiresAt = at }).SetArgDisplayNames("idle");
        yield return new TestCaseData((DateTimeOffset at) => Rows.New() with { IdleExpiresAt = at, AbsoluteExpiresAt = at.AddDays(1) })
            .SetArgDisplayNames("idle before absolute");
    }

    [TestCaseSource(nameof(Ends))]
    public async Task Families_that_ended_before_the_instant_go_and_one_at_the_instant_stays(Func<DateTimeOffset, TokenFamily> ended)
    {
        var before = ended(T.AddTicks(-1));
        var at = ended(T);
        var after = ended(T.AddTicks(1));
        await _store.AddAllAsync(before, at, after);

        (await _store.PruneAsync(T)).Should().Be(1);

        (await _store.FindAsync(before)).Should().BeNull();
        (await _store.FindAsync(at)).Should().Be(at);
        (await _store.FindAsync(after)).Should().Be(after);
    }

    [Test]
    public async Task Active_families_are_never_deleted()
    {
        var families = new[] { Rows.New(createdAt: T.AddYears(-9)), Rows.New() with { AbsoluteExpiresAt = T.AddDays(1), IdleExpiresAt = T.AddHours(1) } };
        await _store.AddAllAsync(families);

        (await _store.PruneAsync(T)).Should().Be(0);

        (await _store.ListAsync(new TokenFamilyFilter())).ShouldBe(families);
    }

    [Test]
    public async Task Limit_bounds_a_batch_and_batches_sweep_the_whole_table()
    {
        var active = Enumerable.Range(0, 300).Select(_ => Rows.New()).ToArray();
        await _store.AddAllAsync([.. active, .. Ended(503)]);

        var batches = await SweepAsync(50);

        batches.Should().Equal([.. Enumerable.Repeat(50, 10), 3]);
        (await _store.ListAsync(new TokenFamilyFilter())).ShouldBe(active);
    }

    [Test]
    public async Task Batch_that_starts_in_the_middle_also_sees_what_ended_behind_it()
    {
        var families = Enumerable.Range(0, 200).Select(_ => Rows.New()).ToArray();
        await _store.AddAllAsync([.. families, .. Ended(10)]);
        (await _store.PruneAsync(T, 5)).Should().Be(5);

        foreach (var family in families)
        {
            await _store.SwapAsync(family.Revoke(T.AddTicks(-1), RevocationReason.User));
        }

        (await _store.PruneAsync(T, 1000)).Should().Be(205);
        _store.Table.Counts.Should().Be((0, 0, 0, 0, 0));
    }

    [Test]
    public async Task Sweep_survives_a_table_that_grew_since_its_last_batch()
    {
        await _store.AddAllAsync(Ended(20));
        (await _store.PruneAsync(T, 5)).Should().Be(5);
        await _store.AddAllAsync(Ended(2000));

        (await SweepAsync(300)).Sum().Should().Be(2015);
    }

    [Test]
    public async Task Family_that_was_revived_between_look_and_delete_stays()
    {
        // Nothing of the engine revives a family; the store still may not delete what it has not looked at.
        var family = Rows.New() with { IdleExpiresAt = T.AddTicks(-1) };
        await _store.AddAsync(family);
        var slot = _store.Table.Find(family.Grant.LookupKey)!;
        await _store.SwapAsync(family with { Version = 2, IdleExpiresAt = T.AddDays(1) });

        _store.Table.TryDelete(slot, family).Should().BeFalse();
        (await _store.PruneAsync(T)).Should().Be(0);
    }

    [Test]
    public async Task Several_callers_share_the_work_and_count_each_family_once()
    {
        var active = Enumerable.Range(0, 100).Select(_ => Rows.New()).ToArray();
        await _store.AddAllAsync([.. active, .. Ended(2000)]);

        var counts = await Threads.RunAsync(6, async _ => (await SweepAsync(17)).Sum());

        counts.Sum().Should().Be(2000);
        (await _store.ListAsync(new TokenFamilyFilter())).ShouldBe(active);
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Limit_below_one_throws(int limit)
    {
        var prune = () => _store.PruneAsync(T, limit);

        await prune.Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    private static TokenFamily[] Ended(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Rows.New($"user {i % 40}", session: $"s{i}").Revoke(T.AddTicks(-1), RevocationReason.User))];

    private async Task<List<int>> SweepAsync(int limit)
    {
        var batches = new List<int>();
        do
        {
            batches.Add(await _store.PruneAsync(T, limit));
        }
        while (batches[^1] == limit);

        return batches;
    }
}
