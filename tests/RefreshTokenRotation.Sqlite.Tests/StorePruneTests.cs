using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;
using RefreshTokenRotation.Storage;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class StorePruneTests
{
    private static readonly DateTimeOffset Bound = Families.Now.AddDays(-7);

    [Test]
    public async Task Prune_deletes_exactly_what_ended_before_the_bound()
    {
        using var file = new TestFile();
        var store = file.Store();
        var tick = TimeSpan.FromTicks(1);
        var families = new List<TokenFamily> { Families.Create() };
        foreach (var end in new[] { Bound - TimeSpan.FromDays(100), Bound - tick, Bound, Bound + tick, Families.Now.AddDays(1) })
        {
            families.Add(Families.Create() with { AbsoluteExpiresAt = end });
            families.Add(Families.Create() with { IdleExpiresAt = end, AbsoluteExpiresAt = Families.Now.AddDays(30) });
            families.Add(Families.Create() with { RevokedAt = end, RevocationReason = RevocationReason.User, IdleExpiresAt = Families.Now.AddDays(3) });
        }

        foreach (var family in families)
        {
            await store.AddAsync(family, 1000);
        }

        (await store.PruneAsync(Bound, 1000, CancellationToken.None)).Should().Be(6);

        foreach (var family in families)
        {
            (await store.FindAsync(family) is null).Should().Be(family.EndedBefore(Bound));
        }
    }

    [Test]
    public async Task Prune_finds_families_whose_end_moved_with_rotations_and_revocations()
    {
        using var file = new TestFile();
        var store = file.Store();
        var renewed = Families.Create() with { IdleExpiresAt = Bound.AddDays(-10) };
        var revoked = Families.Create() with { AbsoluteExpiresAt = Families.Now.AddDays(60) };
        await store.AddAsync(renewed);
        await store.AddAsync(revoked);
        renewed = Families.Rotated(renewed) with { IdleExpiresAt = Bound.AddDays(-5) };
        await store.SwapAsync(renewed);
        await store.RevokeAsync(TokenFamilyFilter.ForFamily(revoked.Grant.FamilyId));

        (await store.PruneAsync(Bound.AddDays(-6), 10, CancellationToken.None)).Should().Be(0);
        (await store.PruneAsync(Bound.AddDays(-4), 10, CancellationToken.None)).Should().Be(1);
        (await store.PruneAsync(Families.Now, 10, CancellationToken.None)).Should().Be(0);
        (await store.PruneAsync(Families.Now.AddTicks(1), 10, CancellationToken.None)).Should().Be(1);
    }

    [Test]
    public async Task Prune_in_batches_from_two_nodes_deletes_each_family_once()
    {
        using var file = new TestFile();
        ITokenStore[] nodes = [file.Store(), file.Store()];
        for (var i = 0; i < 95; i++)
        {
            await nodes[0].AddAsync(Families.Create($"user{i}") with { AbsoluteExpiresAt = Bound.AddMinutes(-i - 1) });
        }

        var counts = await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            var total = 0;
            for (var deleted = 10; deleted == 10; total += deleted)
            {
                deleted = await node.PruneAsync(Bound, 10, CancellationToken.None);
            }

            return total;
        })));

        counts.Sum().Should().Be(95);
        file.Scalar("SELECT count(*) FROM families").Should().Be(0);
    }
}
