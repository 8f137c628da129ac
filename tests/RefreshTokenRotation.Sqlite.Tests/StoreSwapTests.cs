using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class StoreSwapTests
{
    private const int Callers = 64;

    [Test]
    public async Task Swaps_in_parallel_from_two_nodes_let_exactly_one_win()
    {
        using var file = new TestFile();
        ITokenStore[] nodes = [file.Store(), file.Store()];
        var family = Families.Create();
        await nodes[0].AddAsync(family);

        for (var round = 0; round < 10; round++)
        {
            var nexts = Enumerable.Range(0, Callers).Select(_ => Families.Rotated(family)).ToArray();
            var won = await Task.WhenAll(nexts.Select((next, i) => Task.Run(() => nodes[i % 2].SwapAsync(next).AsTask())));

            won.Count(x => x).Should().Be(1);
            family = (await nodes[1].FindAsync(family))!;
            family.SecretHash.Should().Be(nexts[Array.IndexOf(won, true)].SecretHash);
        }
    }

    [Test]
    public async Task Swap_of_another_version_or_of_a_missing_row_writes_nothing()
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create();
        await store.AddAsync(family);

        (await store.SwapAsync(Families.Rotated(family) with { Version = 3 })).Should().BeFalse();
        (await store.SwapAsync(Families.Rotated(family) with { Version = 1 })).Should().BeFalse();
        (await store.SwapAsync(Families.Rotated(Families.Create()))).Should().BeFalse();

        (await store.FindAsync(family)).Should().BeEquivalentTo(family);
        file.Scalar("SELECT count(*) FROM families").Should().Be(1);
    }

    [Test]
    public async Task Swap_lags_in_the_prune_day_by_six_days_at_most()
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create() with { IdleExpiresAt = Families.Now.AddDays(15) };
        await store.AddAsync(family);
        var buckets = new List<long>();
        for (var day = 1; day <= 8; day++)
        {
            family = Families.Rotated(family) with { IdleExpiresAt = Families.Now.AddDays(15 + day) };
            await store.SwapAsync(family);
            buckets.Add(file.Scalar("SELECT prune_day FROM families"));
        }

        var first = (Families.Now.AddDays(15).UtcTicks / TimeSpan.TicksPerDay);
        buckets.Should().Equal(first, first, first, first, first, first, first + 7, first + 7);
    }

    [Test]
    public async Task Cancelled_calls_end_with_the_callers_cancellation()
    {
        using var file = new TestFile();
        var store = file.Store();
        var family = Families.Create();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await FluentActions.Awaiting(() => store.FindAsync(family.Grant.LookupKey, cancelled.Token).AsTask())
            .Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => store.AddAsync(family, 1, Families.Now, cancelled.Token).AsTask())
            .Should().ThrowAsync<OperationCanceledException>();
        (await store.FindAsync(family)).Should().BeNull();
    }
}
