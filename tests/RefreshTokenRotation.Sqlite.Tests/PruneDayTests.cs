using RefreshTokenRotation.PostgreSql.Tests.Support;
using RefreshTokenRotation.Sqlite.Tests.Support;

namespace RefreshTokenRotation.Sqlite.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class PruneDayTests
{
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
}
