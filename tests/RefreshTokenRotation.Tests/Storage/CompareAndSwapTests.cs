using RefreshTokenRotation.Storage;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.Tests.Storage;

[TestFixture]
internal sealed class CompareAndSwapTests
{
    private static readonly DateTimeOffset T = FakeTime.Start;

    private InMemoryTokenStore _store = null!;
    private TokenFamily _family = null!;

    [SetUp]
    public async Task SetUp()
    {
        _store = new InMemoryTokenStore();
        _family = Rows.New();
        await _store.AddAsync(_family);
    }

    [Test]
    public async Task Swap_of_the_expected_version_replaces_the_row()
    {
        var next = _family.Rotated(T.AddMinutes(1));

        (await _store.SwapAsync(next)).Should().BeTrue();

        (await _store.FindAsync(_family)).Should().Be(next);
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(long.MaxValue)]
    public async Task Swap_of_another_version_is_a_conflict_and_writes_nothing(long expected)
    {
        (await _store.CompareAndSwapAsync(_family.Rotated(T), expected, CancellationToken.None)).Should().BeFalse();

        (await _store.FindAsync(_family)).Should().Be(_family);
    }

    [Test]
    public async Task Swap_of_a_family_that_is_gone_is_a_conflict_and_adds_nothing()
    {
        await _store.RevokeAsync(TokenFamilyFilter.ForFamily(_family.Grant.FamilyId), delete: true);

        (await _store.SwapAsync(_family.Rotated(T))).Should().BeFalse();

        (await _store.FindAsync(_family)).Should().BeNull();
        (await _store.SwapAsync(Rows.New().Rotated(T))).Should().BeFalse();
    }

    [Test]
    public async Task Swap_after_a_revocation_is_a_conflict()
    {
        await _store.RevokeAsync(TokenFamilyFilter.ForUser("alice"));

        (await _store.SwapAsync(_family.Rotated(T))).Should().BeFalse();

        (await _store.FindAsync(_family))!.RevokedAt.Should().Be(T);
    }

    [Test]
    public async Task Of_parallel_swaps_of_one_version_exactly_one_wins([Values(2, 8, 32)] int writers)
    {
        var winners = new List<Opaque256>();
        for (var round = 1; round <= 100; round++)
        {
            using var start = new Barrier(writers);
            var current = (await _store.FindAsync(_family))!;
            var nexts = Enumerable.Range(0, writers)
                .Select(i => current with { Version = current.Version + 1, SecretHash = Rows.Key((round * 1000) + i) })
                .ToArray();

            var won = await Threads.RunAsync(writers, i =>
            {
                start.SignalAndWait();
                return _store.CompareAndSwapAsync(nexts[i], current.Version, CancellationToken.None).AsTask();
            });

            won.Count(success => success).Should().Be(1, $"round {round}");
            (await _store.FindAsync(_family)).Should().Be(nexts[Array.IndexOf(won, true)]);
            winners.Add(nexts[Array.IndexOf(won, true)].SecretHash);
        }

        winners.Should().OnlyHaveUniqueItems();
        (await _store.FindAsync(_family))!.Version.Should().Be(101);
    }
}
