using RefreshTokenRotation.EntityFrameworkCore.Tests.Support;
using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Tests.Support;

namespace RefreshTokenRotation.EntityFrameworkCore.Tests;

/// <summary>On PostgreSQL a rotation rewrites its row on the same page, and touches no index.</summary>
public sealed class HotUpdateTests
{
    [Test]
    public async Task Rotations_whose_idle_expiry_moves_are_all_heap_only()
    {
        const int Rotations = 200;
        await using var database = await TestDatabase.CreateAsync();
        var store = database.Store();
        var family = Families.Create() with { IdleExpiresAt = Families.Now.AddDays(15) };
        await store.AddAsync(family);
        for (var i = 0; i < Rotations; i++)
        {
            // Six days in all: within the slack of the bucket that pruning looks for.
            var at = Families.Now + (i * TimeSpan.FromDays(5.9) / Rotations);
            family = Families.Rotated(family, at) with { IdleExpiresAt = at.AddDays(15) };
            (await store.SwapAsync(family)).Should().BeTrue();
        }

        // A server tells its statistics when a connection ends.
        await database.CutConnectionsAsync();
        await Eventually.HoldsAsync(async () => await ReadAsync("n_tup_upd") >= Rotations, "the server tells of every update");

        (await ReadAsync("n_tup_hot_upd")).Should().Be(Rotations);

        Task<long> ReadAsync(string counter) =>
            database.ScalarAsync<long>($"SELECT {counter} FROM pg_stat_user_tables WHERE schemaname = '{database.Name}' AND relname = 'RefreshTokenFamilies'");
    }
}
