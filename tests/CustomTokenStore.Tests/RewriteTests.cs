using CustomTokenStore.Tests.Support;
using RefreshTokenRotation;
using RefreshTokenRotation.Storage;

namespace CustomTokenStore.Tests;

/// <summary>The file is rewritten when it has grown, and loses nothing by it.</summary>
[TestFixture]
internal sealed class RewriteTests
{
    private const int SmallFile = 16 * 1024;

    [Test]
    public async Task Rewrites_keep_every_row_and_bound_the_file([Values(1, 700)] int others)
    {
        using var disk = new Disk();
        List<TokenFamily> rows;
        var largest = 0L;
        using (var store = disk.Open(SmallFile))
        {
            rows = [.. Enumerable.Range(0, others).Select(i => disk.NewFamily($"user-{i}"))];
            await Task.WhenAll(rows.Select(row => store.AddAsync(row, 9, Disk.Now, default).AsTask()));
            var deleted = disk.NewFamily("gone");
            await store.AddAsync(deleted, 9, Disk.Now, default);
            await store.RevokeAsync(TokenFamilyFilter.ForUser("gone") with { TenantId = "t" }, new FamilyRevocation(Disk.Now, RevocationReason.User, Disk.Now, Delete: true), default);
            for (var i = 0; i < 500; i++)
            {
                rows[0] = disk.Next(rows[0]);
                (await store.CompareAndSwapAsync(rows[0], rows[0].Version - 1, default)).Should().BeTrue();
                largest = Math.Max(largest, new FileInfo(disk.Path).Length);
            }

            Disk.Versions(await Disk.ListAsync(store)).Should().Equal(Disk.Versions(rows));
        }

        largest.Should().BeLessThan((others * 4_000) + SmallFile + 4_000, "500 swaps of some 400 bytes each are not kept");
        using var again = disk.Open(SmallFile);
        Disk.Versions(await Disk.ListAsync(again)).Should().Equal(Disk.Versions(rows));
        (await again.FindAsync(rows[0].Grant.LookupKey, default))!.SecretHash.Should().Be(rows[0].SecretHash);
    }

    [Test]
    public async Task Rewrite_that_a_crash_cut_short_counts_for_nothing()
    {
        using var disk = new Disk();
        var family = disk.NewFamily();
        using (var store = disk.Open())
        {
            await store.AddAsync(family, 9, Disk.Now, default);
        }

        await File.WriteAllTextAsync(disk.Path + ".new", "refresh token journal 1\n0123");

        using (var store = disk.Open(smallFile: 0))
        {
            Disk.Versions(await Disk.ListAsync(store)).Should().Equal((family.Grant.FamilyId, 1L));
            for (var i = 0; i < 10; i++)
            {
                family = disk.Next(family);
                await store.CompareAndSwapAsync(family, family.Version - 1, default);
            }
        }

        File.Exists(disk.Path + ".new").Should().BeFalse("a rewrite took its place");
        (await disk.ReadAsync()).Should().Equal((family.Grant.FamilyId, 11L));
    }
}
